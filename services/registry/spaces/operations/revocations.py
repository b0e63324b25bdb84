"""Revokes spaces by due process: proposed with evidence, heard, decided by another person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.deadline import due_after
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.spaces.domain import recognition
from services.registry.spaces.domain import revocation as process
from services.registry.spaces.domain.dossier import revocation_document
from services.registry.spaces.domain.recognition import state_faults
from services.registry.spaces.domain.revocation import Answer, Revocation, RevocationState, Verdict
from services.registry.spaces.domain.space import Space, SpaceState
from services.registry.spaces.operations.acting import Ground, act_of
from services.registry.spaces.store import recognitions, revocations, revoking
from services.registry.spaces.store.holding import hold_space, see_space


async def propose_revocation(asked: Asked, space_id: UUID, *, ground: Ground) -> Document:
    """Propose to revoke a recognised space; to answer within some working days is its task, to decide a reviewer's.

    NotFound ``space.unknown``; Refusal with all faults, ``revocation.running`` with the id of a case that runs.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        now = await business_now(connection)
        running = await revocations.running(connection, space_id)
        refuse_all(
            [
                *process.proposal_faults(ground.reason, ground.clause, running),
                *await document_faults(connection, ground.document_id),
                *state_faults(space, {SpaceState.RECOGNISED}, "revoke"),
            ]
        )
        calendar, days = await catalogue.working_days(connection), asked.settings.reply_days
        case = Revocation(
            id=new_id(),
            space_id=space_id,
            reason=clean(ground.reason),
            clause=clean(ground.clause),
            document_id=ground.document_id,
            proposed_by=asked.actor,
            proposed_at=now,
            due_at=due_after(asked.day_of(now), days, calendar, asked.settings.zone),
        )
        await revocations.add(connection, case)
        await tasks.open_tasks(connection, _tasks(case, space))
        await _decide(connection, asked, case, "propose", now)
        return revocation_document(case)


async def answer_revocation(asked: Asked, space_id: UUID, case_id: UUID, *, text: str) -> Document:
    """Keep what the space says to a case; once, in time.

    NotFound ``space.unknown``, ``revocation.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        await hold_space(connection, asked, space_id)
        case = await _case(connection, space_id, case_id)
        now = await business_now(connection)
        answered = process.answer(case, Answer(clean(text), asked.actor, now))
        await revocations.save(connection, answered)
        await tasks.close_tasks(connection, [case_id], at=now, kind="answer_revocation")
        await _decide(connection, asked, answered, "answer", now)
        return revocation_document(answered)


async def drop_revocation(asked: Asked, space_id: UUID, case_id: UUID, *, reason: str) -> Document:
    """Drop a case against a space with a reason, by another person than who proposed it.

    NotFound ``space.unknown``, ``revocation.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        await hold_space(connection, asked, space_id)
        case = await _case(connection, space_id, case_id)
        now = await business_now(connection)
        dropped = process.decide(case, RevocationState.DROPPED, Verdict(asked.actor, now, clean(reason)))
        await revocations.save(connection, dropped)
        await tasks.close_tasks(connection, [case_id], at=now)
        await _decide(connection, asked, dropped, "drop", now)
        return revocation_document(dropped)


async def revoke_space(asked: Asked, space_id: UUID, *, ground: Ground) -> Document:
    """Revoke a space that was heard: its recognitions end today, its residents stay, nobody new moves in.

    NotFound ``space.unknown``; Refusal ``revocation.none`` without a case, or all faults: ``space.state``, not heard,
    the same person.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        case = await revocations.running(connection, space_id)
        now = await business_now(connection)
        if case is None:
            raise Refusal("revocation.none", rule="a space is heard first")
        before = await recognitions.standing(connection, space)
        faults = await document_faults(connection, ground.document_id)
        recognition.revoke(before, reason=ground.reason, on=asked.day_of(now), also=faults)
        process.decide(case, RevocationState.REVOKED, Verdict(asked.actor, now, ground.reason))
        return await revoking.revoke(connection, space, act_of(asked, "revoke", now, **vars(ground)))


async def list_revocations(
    asked: Asked, space_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the cases against a space, and its next cursor; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        await see_space(connection, asked, space_id)
        found = await revocations.against(connection, space_id, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [revocation_document(one) for one in page], cursor


async def _case(connection: AsyncConnection, space_id: UUID, case_id: UUID) -> Revocation:
    case = await revocations.read(connection, space_id, case_id)
    if case is None:
        raise NotFound("revocation.unknown")
    return case


def _tasks(case: Revocation, space: Space) -> list[Task]:
    """The space's task to answer, and a reviewer's to decide."""
    whose, place = space.facts.operator_id, space.facts.region
    told = ("revocation", case.id)
    return [
        Task("answer_revocation", *told, "space", case.proposed_at, case.due_at, organization=whose),
        Task("decide_revocation", *told, "reviewer", case.proposed_at, case.due_at, region=place),
    ]


async def _decide(connection: AsyncConnection, asked: Asked, case: Revocation, verb: str, now: datetime) -> None:
    decision = Decision(
        subject_kind="revocation",
        subject_id=case.id,
        kind=verb,
        outcome=case.state.value,
        actor=asked.actor,
        at=now,
        rule="due process of a revocation",
        clause=case.clause,
        numbers={
            "space": show("spc", case.space_id),
            "due": case.due_at.isoformat(),
            "document": show("doc", case.document_id),
            "reason": case.reason if case.verdict is None else case.verdict.reason,
        },
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
