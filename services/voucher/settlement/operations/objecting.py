"""Takes objections against disclosed lines, and decides them by a reviewer who has no earlier part in the case.

Locks in the house's order: round pool, counters, voucher, redemption, escrow where value goes back; then claim line,
legs, disclosure, objections, stops.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound
from services.chassis.tasks import Task
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.store import standing
from services.voucher.redemption.store.standing import Standing
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain import disclosure as disclosing
from services.voucher.settlement.domain import objection as domain
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.domain.escrow import Escrow, moved
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.objection import (
    Hearing,
    Judgement,
    Objection,
    ObjectionState,
    Outcome,
)
from services.voucher.settlement.domain.spans import expected
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.holding import give_back
from services.voucher.settlement.operations.stopping import watched
from services.voucher.settlement.store import claim_lines, disclosures, escrows, legs, line_steps, objections, stops
from services.voucher.settlement.store import grants as grants_of
from services.voucher.settlement.store.grants import Grants
from services.voucher.settlement.store.objections import Wanted
from services.voucher.settlement.store.stop_records import tell
from services.voucher.wallet.store import rounds, vouchers
from services.voucher.wallet.store.rounds import Pool

SUBJECT = "objection"
DECIDE = "objection.decide"
"""The task of the reviewers of the line's region while an objection lives."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An objection as it was sent. objector: who stands behind it; None leaves it a note that blocks nothing."""

    disclosure_id: UUID
    claim_line_id: UUID
    objector: str | None
    contact: str | None
    grounds: str
    document_id: UUID | None
    client_ref: str | None


async def file_objection(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Take an objection while the disclosure is open; one with a name stops every leg of its line.

    NotFound ``disclosure.unknown``; refusals of `domain.objection.file` and `objections.add`, ``document.unknown``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        if not (await disclosures.read(connection, asked.disclosure_id)).public:
            raise NotFound("disclosure.unknown")
        line = (await claim_lines.lock(connection, [asked.claim_line_id])).get(asked.claim_line_id)
        owed = (await legs.lock_of_lines(connection, [asked.claim_line_id]))[asked.claim_line_id]
        disclosure = await disclosures.lock(connection, asked.disclosure_id)
        await documents.require_callers(connection, asked.document_id, caller=permit.caller)
        now = await clock.business_now(connection)
        filed, against = domain.file(_objection(asked, permit, now), disclosure=disclosure, line=line)
        await objections.add(connection, filed)
        stopped = domain.stops_of(filed, owed, stop_ids=[new_id() for _ in owed])
        await stops.add(connection, stopped)
        request_id = keyed.attempt.request_id
        await tell(connection, stopped, {leg.id: leg for leg in owed}, request_id=request_id)
        await _open_task(connection, filed, against)
        await _record(connection, filed, against, request_id=request_id)
        return await idempotency.record(connection, keyed, filed, filed.id)


def _objection(asked: Asked, permit: Permit, now: datetime) -> Objection:
    return Objection(
        id=new_id(),
        disclosure_id=asked.disclosure_id,
        claim_line_id=asked.claim_line_id,
        objector=asked.objector,
        contact=asked.contact,
        grounds=asked.grounds,
        document_id=asked.document_id,
        state=ObjectionState.NOTED if asked.objector is None else ObjectionState.LIVE,
        filed_by=permit.caller.person,
        filed_at=now,
        client=permit.caller.subject,
        client_ref=asked.client_ref,
    )


async def _open_task(connection: AsyncConnection, filed: Objection, line: ClaimLine) -> None:
    """A live objection waits for a reviewer as long as one stage of a review may take."""
    if filed.state is not ObjectionState.LIVE:
        return
    scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
    calendar = await parties.working_days(connection)
    span = scheme.settlement.review_within.value
    due = expected(span, scheme=scheme, at=filed.filed_at, calendar=calendar)
    due_at = None if due is None else due.due_at
    task = Task(DECIDE, SUBJECT, filed.id, "reviewer", filed.filed_at, due_at, region=line.region)
    await tasks.open_tasks(connection, [task])


async def decide_objection(
    database: Database, keyed: Keyed, *, permit: Permit, objection_id: UUID, judgement: Judgement
) -> Answer:
    """Dismiss a live objection, which lets the line go, or uphold it, which ends the line (row 16).

    NotFound ``objection.unknown``, also for another region's; refusals of `domain.objection.decide`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await objections.read(connection, objection_id)
        line = (await claim_lines.read(connection, [seen.claim_line_id]))[seen.claim_line_id]
        permit.require("objection.unknown", region=line.region)
        back = await _lock_value(connection, line, judgement)
        hearing = await _lock_case(connection, seen)
        by = acting(permit, keyed)
        now = await clock.business_now(connection)
        decided = domain.decide(hearing, judgement, by=by.person, at=now)
        await objections.save(connection, decided.objections)
        await stops.save(connection, decided.stops)
        if back is not None:
            await legs.save(connection, decided.legs)
            await _uphold(connection, hearing, judgement, back=back, by=by, now=now)
        elif decided.releases:
            await _release(connection, hearing.line, by, now)
        else:
            await claim_lines.save(connection, [hearing.line.after(by.person)])
        of_legs = {leg.id: leg for leg in hearing.legs}
        await tell(connection, decided.stops, of_legs, request_id=by.request_id)
        await tasks.close_tasks(connection, [one.id for one in decided.objections], at=now)
        for one in decided.objections:
            await _record(connection, one, hearing.line, request_id=by.request_id)
        (mine,) = (one for one in decided.objections if one.id == objection_id)
        return await idempotency.record(connection, keyed, mine, objection_id)


@dataclass(frozen=True, slots=True)
class _Back:
    """What value goes back to, locked: the voucher with its redemption, and the pool when the holder loses it.

    grants: of an award the budget lines instead, which have it free again; escrows: what the holder paid in.
    """

    standing: Standing
    pool: Pool | None
    grants: Grants
    escrows: Mapping[UUID, Escrow]


async def _lock_value(connection: AsyncConnection, line: ClaimLine, judgement: Judgement) -> _Back | None:
    if judgement.outcome is not Outcome.UPHELD:
        return None
    grants = await grants_of.hold(connection, [line])
    if line.award_claim_id is not None:
        return _Back(await standing.lock(connection, []), None, grants, {})
    voucher = await vouchers.read(connection, line.captured.voucher_id)
    pool = await rounds.lock_pool(connection, voucher.round_id, voucher.pool_class) if judgement.fault else None
    redeemed = [line.captured.redemption_id]
    standing_by = await standing.lock(connection, redeemed)
    return _Back(standing_by, pool, grants, await escrows.lock(connection, redeemed))


async def _lock_case(connection: AsyncConnection, seen: Objection) -> Hearing:
    line_id = seen.claim_line_id
    line = (await claim_lines.lock(connection, [line_id]))[line_id]
    owed = (await legs.lock_of_lines(connection, [line_id]))[line_id]
    disclosure = await disclosures.lock(connection, seen.disclosure_id)
    live = {one.id: one for one in await objections.lock_live(connection, line_id)}
    return Hearing(
        objection=live.get(seen.id) or await objections.read(connection, seen.id),
        disclosure=disclosure,
        line=line,
        legs=owed,
        others=tuple(one for one in live.values() if one.id != seen.id),
        stops=tuple(await stops.lock_live(connection, [leg.id for leg in owed])),
        persons=await objections.persons(connection, line_id),
    )


async def _uphold(
    connection: AsyncConnection, hearing: Hearing, judgement: Judgement, *, back: _Back, by: Actor, now: datetime
) -> None:
    """End the line: its debt, and the value it stood on, in one journal (row 16); what it drew stays spent."""
    line = hearing.line
    quota = None if line.award_claim_id else back.standing.vouchers[line.captured.voucher_id].funding
    pool_class = None if back.pool is None else back.pool.pool_class
    posting = domain.upholding(line, hearing.legs, quota=quota, pool_class=pool_class)
    scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
    case = LineCase(line=line, scheme=scheme, calendar=back.standing.facts.calendar, by=by, at=now)
    step = domain.rejected(case, posting, judgement)
    booked = await line_steps.write(connection, [step], now=now)
    await grants_of.keep(connection, back.grants, [step], at=now)
    await escrows.save(connection, list(moved(back.escrows, [step])))
    await give_back(connection, back.standing, [step], booked=booked, by=by, now=now)
    if back.pool is not None:
        await rounds.save_pool(connection, back.pool.after([posting], at=now))


async def _release(connection: AsyncConnection, line: ClaimLine, by: Actor, now: datetime) -> None:
    """Nothing holds the line up any more, and its disclosure is over: it may be paid."""
    scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
    calendar = await parties.working_days(connection)
    case = LineCase(line=line, scheme=scheme, calendar=calendar, by=by, at=now)
    await line_steps.write(connection, [disclosing.released(case)], now=now)


async def _record(
    connection: AsyncConnection, objection: Objection, line: ClaimLine, *, request_id: str | None
) -> None:
    """Why it stands as it does, and what both sides are told: never who objected."""
    outcome = "filed" if objection.state is ObjectionState.LIVE else objection.state.value
    at = objection.decided_at or objection.filed_at
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=objection.id,
        kind="objection",
        outcome=outcome,
        actor=objection.decided_by or objection.filed_by,
        at=at,
        rule="named_objection_blocks" if objection.decided_by is None else "four_eyes",
        numbers={
            "claim_line_id": show("cln", line.id),
            "reason": objection.reason,
            "holder_at_fault": objection.holder_at_fault,
        },
        scheme_version=line.scheme_version_id,
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    data = {
        "disclosure_id": show("dsc", objection.disclosure_id),
        "claim_line_id": show("cln", line.id),
        "state": objection.state.value,
    }
    concerned = tuple(dict.fromkeys((line.payee_id, line.holder_id)))
    told = Event(f"objection.{outcome}", SUBJECT, show("obj", objection.id), concerned, data, at)
    await events.append(connection, [told])


async def read_objection(database: Database, *, permit: Permit, objection_id: UUID) -> Objection:
    """One objection; NotFound ``objection.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        found = await objections.read(connection, objection_id)
        line = (await claim_lines.read(connection, [found.claim_line_id]))[found.claim_line_id]
        permit.require("objection.unknown", region=line.region, treasury=line.treasury)
        return found


async def list_objections(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[Objection]:
    """Up to `limit` of the objections that the caller may see, newest first."""
    region, treasury = watched(permit)
    async with database.read() as connection:
        narrowed = replace(wanted, region=region, treasury=treasury)
        return await objections.find(connection, narrowed, before=before, limit=limit)
