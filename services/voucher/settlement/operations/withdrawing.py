"""Takes claim lines back for their payee, as long as nobody decided them: captures and evidence are free again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.voucher.settlement.domain.answering import OPEN, withdraw, withdrawal_faults
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.holding import hold, keep, named
from services.voucher.settlement.operations.reading import seen_claims
from services.voucher.settlement.store import claim_lines, claims


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Which lines are taken back, by number, and why. numbers: None for all that nobody decided yet."""

    reason: str
    numbers: Sequence[int] | None = None


async def withdraw_claim(
    database: Database, keyed: Keyed, *, permit: Permit, claim_id: UUID, withdrawal: Withdrawal
) -> Answer:
    """Take lines of a claim of the caller's organisation back; committed when this returns.

    NotFound ``claim.unknown``; refusals of `holding.named`; ``claim.state`` for a line that was decided, and when
    there is none left to take back.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        mine = await own_lines(connection, permit, claim_id)
        lines = _chosen(mine, withdrawal.numbers)
        held = await hold(connection, lines)
        now = await clock.business_now(connection)
        cases = [held.case(line.id, by=by, at=now) for line in lines]
        refuse_all(
            [
                replace(fault, pointer=f"/lines/{place}")
                for place, case in enumerate(cases)
                for fault in withdrawal_faults(case)
            ]
        )
        await keep(connection, held, [withdraw(case, withdrawal.reason) for case in cases], by=by, now=now)
        (seen,) = await seen_claims(connection, [await claims.read(connection, claim_id)], permit=permit, now=now)
        return await idempotency.record(connection, keyed, seen, claim_id)


async def own_lines(connection: AsyncConnection, permit: Permit, claim_id: UUID) -> tuple[ClaimLine, ...]:
    """The lines of a claim whose payee the caller acts for; NotFound ``claim.unknown``."""
    lines = (await claim_lines.of_claims(connection, [claim_id]))[claim_id]
    if not lines or not permit.covers(organizations=[lines[0].payee_id]):
        raise NotFound("claim.unknown")
    return lines


def _chosen(lines: Sequence[ClaimLine], numbers: Sequence[int] | None) -> list[ClaimLine]:
    if numbers is not None:
        return named(lines, numbers)
    undecided = [line for line in lines if line.state in OPEN]
    if not undecided:
        raise Refusal(
            "claim.state", rule="withdrawal.state", numbers={"line": lines[0].number, "state": lines[0].state}
        )
    return undecided
