"""Computes awards again when what they rest on has shrunk: an officer says so, or the house finds it by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.falling_due import each
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal, another_person, refuse_all
from services.voucher.awards.domain.award_claim import AwardClaim, award_of, of_currency
from services.voucher.awards.domain.recomputing import Outcome, Recomputed, Shrinking, Standing, recompute
from services.voucher.awards.operations.acting import acting
from services.voucher.awards.operations.reading import seen
from services.voucher.awards.store import award_claims, proposals, recomputations, reports
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import TIMER, Actor
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.store import claim_lines, grants, legs, line_steps, stops

BATCH = 50
SHRUNK = "What the award rests on has shrunk."
"""Why the house computes an award again by itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Figures that are less by now (fen), in which currency, why, and by which paper."""

    figures: Mapping[str, int]
    currency: str
    reason: str
    document_id: UUID | None


async def recompute_award(
    database: Database, keyed: Keyed, *, permit: Permit, award_claim_id: UUID, asked: Asked
) -> Answer:
    """Compute an award again by figures that have shrunk; committed when this returns.

    NotFound ``award_claim.unknown``; refusals of `domain.recomputing.recompute` and ``award.not_shrunk``,
    ``award.took_part``, ``document.unknown``.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        claim = await award_claims.read(connection, award_claim_id)
        permit.require("award_claim.unknown", region=claim.region)
        refuse_all(of_currency(claim, asked.currency, pointer="/figures"))
        await documents.require_callers(connection, asked.document_id, caller=permit.caller)
        made = await _again(connection, claim, asked, by)
        if made.recomputation.outcome is Outcome.KEPT:
            raise Refusal("award.not_shrunk", rule="recompute.less", pointer="/figures")
        (one,) = await seen(connection, [claim], now=made.recomputation.made_at)
        return await idempotency.record(connection, keyed, one, claim.id)


async def _again(connection: AsyncConnection, claim: AwardClaim, asked: Asked | None, by: Actor) -> Recomputed:
    """Lock all that may move, decide, and write what that leaves behind.

    asked: None where the house finds by itself what the award rests on, once it is locked.
    """
    seen_line = (await claim_lines.read(connection, [claim.claim_line_id]))[claim.claim_line_id]
    held = await grants.hold(connection, [seen_line])
    line = (await claim_lines.lock(connection, [seen_line.id]))[seen_line.id]
    owed = (await legs.lock_of_lines(connection, [line.id]))[line.id]
    stopped = await stops.lock_live(connection, [leg.id for leg in owed])
    report = await reports.lock_of(connection, claim.id)
    asked = asked or Asked(await recomputations.ground(connection, claim.id), claim.currency, SHRUNK, None)
    if by is not TIMER:
        another_person(by.person, than=line.acted, otherwise="award.took_part")
    scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
    award = award_of(scheme, claim)
    calendar = await parties.working_days(connection)
    case = LineCase(line=line, scheme=scheme, calendar=calendar, by=by, at=await clock.business_now(connection))
    standing = Standing(
        claim=claim,
        award=award,
        case=case,
        legs=owed,
        shares=held.shares[line.id],
        figures={**claim.figures, **await recomputations.figures_of(connection, claim.id)},
        proposed=await proposals.proposed_of(connection, claim.id),
        stopped=bool(stopped),
        report=report,
    )
    shrinking = Shrinking(
        figures=asked.figures,
        reason=asked.reason,
        document_id=asked.document_id,
        id=new_id(),
        proposal_id=new_id(),
        leg_ids=[new_id() for _ in standing.shares],
    )
    made = recompute(standing, shrinking)
    await _keep(connection, made, held, case)
    if made.report is not None:
        await reports.save(connection, made.report)
        await reports.keep_step(connection, made.report, claim, award, person=by.person, at=case.at)
    return made


async def _keep(connection: AsyncConnection, made: Recomputed, held: grants.Grants, case: LineCase) -> None:
    await recomputations.add(connection, made.recomputation)
    if made.step is not None:
        await legs.save(connection, made.dropped)
        await legs.add(connection, made.legs)
        await line_steps.write(connection, [made.step], now=case.at)
        await grants.keep(connection, held, [made.step], at=case.at)
    if made.proposal is not None:
        await proposals.add(connection, [made.proposal], case.line, request_id=case.by.request_id)


class ShrinkTimer:
    """Awards whose ground has shrunk: a provider's services of a year, or the award that another one matches."""

    name = "awards.recompute"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Since when the first of them has been owed; None where none has shrunk."""
        return min((since for _, since in await recomputations.shrunk(connection, limit=1)), default=None)

    async def run(self, database: Database, upto: datetime) -> int:
        """Compute some of them again, one by one; answers how many."""
        async with database.read() as connection:
            found = [one for one, _ in await recomputations.shrunk(connection, limit=BATCH)]
        return await each(self.name, found, partial(_follow, database))


async def _follow(database: Database, award_claim_id: UUID) -> None:
    async with database.begin() as connection:
        await _again(connection, await award_claims.read(connection, award_claim_id), None, TIMER)
