"""Says by two persons which budget line bears a part of an award: one proposes, another approves or rejects."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.voucher.awards.domain import award_funding as deciding
from services.voucher.awards.domain.award_claim import award_in
from services.voucher.awards.domain.award_funding import AwardFunding
from services.voucher.awards.domain.claiming import WHOLE
from services.voucher.awards.store import fundings
from services.voucher.awards.store.fundings import Wanted
from services.voucher.ledger.store import lines
from services.voucher.scheme.domain.awards import Award
from services.voucher.scheme.store import versions

SUBJECT = "award_funding"
DECIDE = "award_funding.decide"


@dataclass(frozen=True, slots=True)
class Asked:
    """A funding as it was asked for: which part, for which region, from which line, and by which paper."""

    scheme_version_id: UUID
    award: str
    part: str
    region: str
    budget_line_id: UUID
    document: str


async def propose(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Propose which budget line bears a part; nothing is paid from it until another person approves.

    NotFound ``scheme.unknown``, ``budget_line.unknown``; refusals ``award.unknown`` and of
    `domain.award_funding.propose` and `misplaced`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        version = await versions.get(connection, asked.scheme_version_id)
        permit.require("scheme.unknown", bureau=version.bureau)
        award = award_in(version.said, asked.award)
        if version.published_at is None or award is None:
            raise Refusal("award.unknown", pointer="/award", numbers={"award": asked.award})
        line = await lines.read(connection, asked.budget_line_id)
        if line.classification.bureau != version.bureau:
            raise NotFound("budget_line.unknown", pointer="/budget_line_id")
        funding = AwardFunding(
            id=new_id(),
            scheme_id=version.scheme_id,
            bureau=version.bureau,
            award=asked.award,
            part=asked.part,
            region=asked.region,
            budget_line_id=asked.budget_line_id,
            document=asked.document,
            proposed_by=permit.caller.person,
            proposed_at=await clock.business_now(connection),
        )
        refuse_all([*deciding.misplaced(funding, line=line, scheme=version.said)])
        deciding.propose(funding, line=line, parts=_parts(award), currency=version.said.currency, mode=award.mode)
        await fundings.add(connection, funding)
        task = Task(
            DECIDE, SUBJECT, funding.id, "operator", funding.proposed_at, funding.decide_by, bureau=funding.bureau
        )
        await tasks.open_tasks(connection, [task])
        await _tell(connection, funding, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, funding, funding.id)


def _parts(award: Award) -> set[str]:
    """Every part that an award may be split into, whoever it is for."""
    if award.split is None:
        return {WHOLE.name}
    every = (award.split.parts, *(case.parts for case in award.split.cases))
    return {part.name for parts in every for part in parts}


async def approve(database: Database, keyed: Keyed, *, permit: Permit, funding_id: UUID) -> Answer:
    """Approve what another person proposed; claims submitted from now on are paid so.

    NotFound ``award_funding.unknown``; refusals of `domain.award_funding.approve`.
    """
    return await _decide(database, keyed, permit=permit, funding_id=funding_id, reason=None)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, funding_id: UUID, reason: str) -> Answer:
    """Reject what another person proposed, with a reason. Refusals as of `approve`."""
    return await _decide(database, keyed, permit=permit, funding_id=funding_id, reason=reason)


async def _decide(database: Database, keyed: Keyed, *, permit: Permit, funding_id: UUID, reason: str | None) -> Answer:
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        funding = await fundings.lock(connection, funding_id)
        permit.require("award_funding.unknown", bureau=funding.bureau)
        by, now = permit.caller.person, await clock.business_now(connection)
        if reason is None:
            decided = deciding.approve(funding, by=by, at=now)
        else:
            decided = deciding.reject(funding, by=by, at=now, reason=reason)
        await fundings.decide(connection, decided)
        await tasks.close_tasks(connection, [funding_id], at=now)
        await _tell(connection, decided, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, decided, funding_id)


async def _tell(connection: AsyncConnection, funding: AwardFunding, *, request_id: str | None) -> None:
    at = funding.decided_at or funding.proposed_at
    numbers = {
        "scheme": funding.scheme_id,
        "award": funding.award,
        "part": funding.part,
        "region": funding.region,
        "budget_line_id": show("bln", funding.budget_line_id),
        "document": funding.document,
    }
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=funding.id,
        kind=SUBJECT,
        outcome=funding.state.value,
        actor=funding.decided_by or funding.proposed_by,
        at=at,
        rule="four_eyes",
        clause=funding.document,
        numbers={**numbers, "reason": funding.reason},
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    told = {**numbers, "state": funding.state.value}
    await events.append(
        connection, [Event(f"award_funding.{funding.state.value}", SUBJECT, show("afd", funding.id), (), told, at)]
    )


async def read_funding(database: Database, *, permit: Permit, funding_id: UUID) -> AwardFunding:
    """One funding; NotFound ``award_funding.unknown``, also for another bureau's."""
    async with database.read() as connection:
        funding = await fundings.read(connection, funding_id)
    permit.require("award_funding.unknown", bureau=funding.bureau)
    return funding


async def list_fundings(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[AwardFunding]:
    """Up to `limit` of the fundings that the caller may see, newest first."""
    bureau = permit.bound("bureau")
    narrowed = replace(wanted, bureau=bureau if isinstance(bureau, str) else None if permit.everything else "")
    async with database.read() as connection:
        return await fundings.find(connection, narrowed, before=before, limit=limit)
