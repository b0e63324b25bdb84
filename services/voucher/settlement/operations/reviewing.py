"""Reviews claims: a reviewer decides lines of one claim in one call, all of them or none.

Two reviewers of one line, or a reviewer and a payee who withdraws it, wait for each other at its redemption; the second
finds the line as the first left it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.documents import Document
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Reason, refuse_all
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.domain.invoice import STANDING
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.reviewing import Grounds, Reviewed, Verdict, faults, review
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.holding import Held, hold, keep, named
from services.voucher.settlement.operations.reading import seen_claims
from services.voucher.settlement.store import claim_lines, claims, line_steps, noting


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on the line of a claim with this number."""

    number: int
    verdict: Verdict


async def review_claim(
    database: Database, keyed: Keyed, *, permit: Permit, claim_id: UUID, judged: Sequence[Judged]
) -> Answer:
    """Pass lines on or approve them (row 13), reject them (row 13), or return them once; committed when this returns.

    NotFound ``claim.unknown`` without a line in the caller's region; refusals of `holding.named` and of
    `domain.reviewing`, all at once.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        lines = named(await _within(connection, permit, claim_id), [one.number for one in judged])
        held = await hold(connection, lines)
        now = await clock.business_now(connection)
        cases = [held.case(line.id, by=by, at=now) for line in lines]
        upon = await _papers(connection, judged, cases)
        grounds = [_grounds(case, held, upon, stage=permit.caller.stage) for case in cases]
        refuse_all(_placed(cases, judged, grounds))
        reviewed = [_reviewed(case, one.verdict, held) for case, one in zip(cases, judged, strict=True)]
        owed = [leg for one in reviewed for leg in one.legs]
        await keep(connection, held, [one.step for one in reviewed], owed=owed, by=by, now=now)
        await noting.stop_owed(connection, owed, {line.id: line.redemption_id for line in lines}, now)
        (seen,) = await seen_claims(connection, [await claims.read(connection, claim_id)], permit=permit, now=now)
        return await idempotency.record(connection, keyed, seen, claim_id)


async def _within(connection: AsyncConnection, permit: Permit, claim_id: UUID) -> list[ClaimLine]:
    """The lines of a claim in the caller's region; NotFound ``claim.unknown`` when there is none."""
    lines = (await claim_lines.of_claims(connection, [claim_id]))[claim_id]
    within = [line for line in lines if permit.covers(region=line.region)]
    if not within:
        raise NotFound("claim.unknown")
    return within


@dataclass(frozen=True, slots=True)
class _Papers:
    """The documents that verdicts name, and who asked for a correction of which line."""

    known: Collection[Document]
    returned_by: Mapping[UUID, str]


async def _papers(connection: AsyncConnection, judged: Sequence[Judged], cases: Sequence[LineCase]) -> _Papers:
    ids = [one.verdict.document_id for one in judged if one.verdict.document_id is not None]
    known = await documents.known(connection, ids) if ids else {}
    corrected = [case.line.id for case in cases if case.line.corrections]
    history = await line_steps.of_lines(connection, corrected) if corrected else {}
    asked = {line_id: step.person for line_id, some in history.items() for step in some if step.event == "returned"}
    return _Papers(known.values(), asked)


def _grounds(case: LineCase, held: Held, upon: _Papers, *, stage: str | None) -> Grounds:
    line, drawn = case.line, held.drawn[case.line.id]
    shown = {one.evidence_id: held.shown.invoices[one.evidence_id] for one in drawn.invoices}
    return Grounds(
        stage=stage,
        refused=[invoice.fapiao.key for invoice in shown.values() if invoice.state not in STANDING],
        documents=_may_be_named(line, upon.known, case.by),
        returned_by=upon.returned_by.get(line.id),
    )


def _may_be_named(line: ClaimLine, known: Collection[Document], by: Actor) -> set[UUID]:
    """The documents that a reviewer may rest on: those of a party, and those he sent himself."""
    parties = (line.payee_id, line.holder_id)
    return {one.id for one in known if one.organization in parties or one.sent_by == by.client}


def _placed(cases: Sequence[LineCase], judged: Sequence[Judged], grounds: Sequence[Grounds]) -> list[Reason]:
    """Every fault of every verdict, with the place of its line in the request."""
    return [
        replace(fault, pointer=f"/lines/{place}{fault.pointer}")
        for place, (case, one, upon) in enumerate(zip(cases, judged, grounds, strict=True))
        for fault in faults(case, one.verdict, upon)
    ]


def _reviewed(case: LineCase, verdict: Verdict, held: Held) -> Reviewed:
    line = case.line
    deposit = new_id() if held.paid_in(line) else None
    return review(case, verdict, shares=held.shares(line), quota=held.quota(line), deposit=deposit)
