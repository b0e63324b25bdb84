"""Remembers what lines of awards rest on, budget lines locked before counters, and moves both as the lines step on.

An award's counters are named apart from those of vouchers, but for those of state aid, which both use: where both kinds
of lines are held in one transaction all their counters are locked at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.ledger.store import lines as budget_lines
from services.voucher.settlement.domain.claim import ENDED, ClaimLine, LineStep
from services.voucher.settlement.domain.granting import Take, changes
from services.voucher.settlement.domain.legs import Share
from services.voucher.settlement.store import award_lines


@dataclass(frozen=True, slots=True)
class Grants:
    """Of lines of awards: their shares, the budget lines of these, what they use, and its counters, locked."""

    shares: Mapping[UUID, tuple[Share, ...]]
    budget: Mapping[UUID, BudgetLine]
    takes: Mapping[UUID, tuple[Take, ...]]
    counters: Mapping[CounterKey, Counter]


async def hold(
    connection: AsyncConnection, lines: Collection[ClaimLine], *, besides: Collection[CounterKey] = ()
) -> Grants:
    """Lock what those of the lines rest on that stand on an award; neither ever changes once the line is there.

    besides: other counters that are asked in the same transaction, so that all are locked in their one order.
    """
    awarded = [line.id for line in lines if line.award_claim_id is not None]
    shares, takes = await award_lines.shares(connection, awarded), await award_lines.takes(connection, awarded)
    bearing = {share.budget_line_id for some in shares.values() for share in some}
    budget = await budget_lines.lock_all(connection, bearing)
    used = {take.key for some in takes.values() for take in some} | set(besides)
    return Grants(shares, budget, takes, await counters.lock(connection, used))


async def keep(
    connection: AsyncConnection, held: Grants, steps: Sequence[LineStep], *, at: datetime
) -> dict[CounterKey, Counter]:
    """Move budget lines by what the steps post, and counters by what the lines use from now on; those that moved.

    Refusal ``budget_line.insufficient`` where a budget line has not so much free.
    """
    awarded = [step for step in steps if step.after.award_claim_id is not None]
    for line in held.budget.values():
        await budget_lines.save(connection, _after(line, awarded))
    moved = {key: _moved(held.counters[key], change) for key, change in changes(awarded, held.takes).items()}
    await counters.save(connection, moved.values())
    await award_lines.release(connection, [step.after.id for step in awarded if step.after.state in ENDED], at=at)
    return moved


def _after(line: BudgetLine, steps: Sequence[LineStep]) -> BudgetLine:
    for step in steps:
        line = line if step.posting is None else line.after(step.posting)
    return line


def _moved(counter: Counter, change: int) -> Counter:
    return counter.take(change) if change > 0 else counter.give(-change)
