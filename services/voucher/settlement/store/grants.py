"""Remembers what lines of awards rest on, budget lines locked before counters, and moves both as the lines step on.

An award's counters are named apart from those of vouchers and locked before them, so that both kinds of lines may be
held in one transaction.
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


async def hold(connection: AsyncConnection, lines: Collection[ClaimLine]) -> Grants:
    """Lock what those of the lines rest on that stand on an award; neither ever changes once the line is there."""
    awarded = [line.id for line in lines if line.award_claim_id is not None]
    shares, takes = await award_lines.shares(connection, awarded), await award_lines.takes(connection, awarded)
    bearing = {share.budget_line_id for some in shares.values() for share in some}
    budget = await budget_lines.lock_all(connection, bearing)
    used = {take.key for some in takes.values() for take in some}
    return Grants(shares, budget, takes, await counters.lock(connection, used))


async def keep(connection: AsyncConnection, held: Grants, steps: Sequence[LineStep], *, at: datetime) -> None:
    """Move budget lines by what the steps post, and counters by what the lines use from now on.

    Refusal ``budget_line.insufficient`` where a budget line has not so much free.
    """
    awarded = [step for step in steps if step.after.award_claim_id is not None]
    for line in held.budget.values():
        await budget_lines.save(connection, _after(line, awarded))
    moved = changes(awarded, held.takes)
    await counters.save(connection, [_moved(held.counters[key], change) for key, change in moved.items()])
    await award_lines.release(connection, [step.after.id for step in awarded if step.after.state in ENDED], at=at)


def _after(line: BudgetLine, steps: Sequence[LineStep]) -> BudgetLine:
    for step in steps:
        line = line if step.posting is None else line.after(step.posting)
    return line


def _moved(counter: Counter, change: int) -> Counter:
    return counter.take(change) if change > 0 else counter.give(-change)
