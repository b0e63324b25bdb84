"""Takes a payee's new evidence for claim lines that a reviewer returned, in place of what they drew before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.refusals import Refusal, refuse_all
from services.voucher.settlement.domain.answering import Correction, correct, correction_faults
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.holding import Held, hold, keep, named
from services.voucher.settlement.operations.reading import seen_claims
from services.voucher.settlement.operations.withdrawing import own_lines
from services.voucher.settlement.store import allocations, claims


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the line of a claim with this number shall draw from now on, in this currency if it draws anything."""

    number: int
    drawn: Drawn
    currency: str | None


async def correct_claim(
    database: Database, keyed: Keyed, *, permit: Permit, claim_id: UUID, corrected: Sequence[Corrected]
) -> Answer:
    """Put returned lines back in review with new evidence and their old place; committed when this returns.

    NotFound ``claim.unknown``; refusals of `holding.named`, ``claim.state`` and those of `domain.evidence.faults`, all
    at once; ``calendar.not_loaded``; ``claim.of_award`` for a line of an award, whose claim is corrected itself.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        lines = named(await own_lines(connection, permit, claim_id), [one.number for one in corrected])
        if any(line.award_claim_id is not None for line in lines):
            raise Refusal("claim.of_award", rule="correction.award")
        held = await hold(connection, lines, [one.drawn for one in corrected])
        now = await clock.business_now(connection)
        cases = [held.case(line.id, by=by, at=now) for line in lines]
        corrections = [_correction(case, one, held) for case, one in zip(cases, corrected, strict=True)]
        refuse_all(correction_faults(corrections, held.shown))
        await keep(connection, held, [correct(one) for one in corrections], by=by, now=now)
        await _draw_anew(connection, corrections, now)
        (seen,) = await seen_claims(connection, [await claims.read(connection, claim_id)], permit=permit, now=now)
        return await idempotency.record(connection, keyed, seen, claim_id)


def _correction(case: LineCase, one: Corrected, held: Held) -> Correction:
    line = case.line
    redemption, before = held.standing.redemptions[line.captured.redemption_id], held.drawn[line.id]
    rules = held.standing.facts.schemes[line.scheme_version_id].evidence
    return Correction(
        case=case, redemption=redemption, drawn=before, asked=one.drawn, evidence=rules, currency=one.currency
    )


async def _draw_anew(connection: AsyncConnection, corrections: Sequence[Correction], now: datetime) -> None:
    """Give back what the lines drew before they draw again, so that the same evidence may be named once more."""
    await allocations.release(connection, [one.case.line.id for one in corrections], now)
    await allocations.make(connection, {one.case.line.id: one.asked for one in corrections}, now)
