"""Lifts a sanction before its last day: one person proposes it with a reason, another approves or rejects it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.evidence import document_faults
from services.registry.parties.domain import sanction_case as domain
from services.registry.parties.domain.case_dossier import lifting_document, told
from services.registry.parties.domain.sanction_case import Bench, Lifting, LiftingState, in_force_faults
from services.registry.parties.domain.standing import Sanction
from services.registry.parties.store import heirs, organizations, sanction_cases, standing
from services.registry.parties.store.publishing import tell_organizations

SUBJECT = "sanction_lifting"
DECIDE = "decide_sanction_lifting"


async def propose_lifting(asked: Asked, sanction_id: UUID, *, reason: str, document_id: UUID) -> Document:
    """Propose to lift a sanction in force; it holds until another person has approved.

    NotFound ``sanction.unknown``; Refusal ``sanction.not_in_force``, ``sanction_lifting.open``, ``reference.unknown``.
    """
    async with asked.database.begin() as connection:
        sanction = await _hold(connection, asked, sanction_id)
        now = await business_now(connection)
        faults = in_force_faults(sanction, asked.day_of(now))
        refuse_all([*faults, *await document_faults(connection, document_id)])
        for other in await sanction_cases.liftings_of(connection, sanction_id):
            if other.state is LiftingState.PROPOSED:
                raise Refusal("sanction_lifting.open", numbers={"id": show("sli", other.id)})
        lifting = Lifting(
            id=new_id(),
            sanction_id=sanction_id,
            reason=reason,
            document_id=document_id,
            state=LiftingState.PROPOSED,
            proposed_by=asked.actor,
            proposed_at=now,
        )
        await sanction_cases.add_lifting(connection, lifting)
        await tasks.open_tasks(connection, [Task(DECIDE, SUBJECT, lifting.id, "operator", now)])
        return await _note(connection, asked, lifting, now)


async def approve_lifting(asked: Asked, sanction_id: UUID) -> Document:
    """Lift the sanction today, by another person than who proposed it; yesterday it held for the last time.

    NotFound ``sanction.unknown``, ``sanction_lifting.unknown``; refusals of `domain.sanction_case.approve`.
    """
    async with asked.database.begin() as connection:
        sanction = await _hold(connection, asked, sanction_id)
        lifting = await _latest(connection, sanction_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        approved, lifted = domain.approve(lifting, sanction, Bench(by=asked.actor, at=now, today=today))
        await sanction_cases.save_lifting(connection, approved)
        await standing.lift_sanction(connection, lifted)
        bound = await heirs.after(connection, sanction.organization_id)
        await tell_organizations(connection, bound, at=now, today=today)
        return await _end(connection, asked, approved, now)


async def reject_lifting(asked: Asked, sanction_id: UUID, *, reason: str) -> Document:
    """Leave the sanction in force. NotFound as above; Refusal ``sanction_lifting.state``."""
    async with asked.database.begin() as connection:
        await _hold(connection, asked, sanction_id)
        lifting = await _latest(connection, sanction_id)
        now = await business_now(connection)
        rejected = domain.reject(lifting, reason, by=asked.actor, at=now)
        await sanction_cases.save_lifting(connection, rejected)
        return await _end(connection, asked, rejected, now)


async def list_liftings(asked: Asked, sanction_id: UUID) -> list[Document]:
    """Show all that was proposed to lift a sanction, oldest first; NotFound ``sanction.unknown``."""
    async with asked.database.read() as connection:
        sanction = await standing.read_sanction(connection, sanction_id)
        if sanction is None:
            raise NotFound("sanction.unknown")
        whose = await organizations.read(connection, [sanction.organization_id])
        asked.must_see("sanction.unknown", *whose.values())
        return [lifting_document(one) for one in await sanction_cases.liftings_of(connection, sanction_id)]


async def _hold(connection: AsyncConnection, asked: Asked, sanction_id: UUID) -> Sanction:
    """A sanction in sight, under the lock of its organisation; NotFound ``sanction.unknown``."""
    seen = await standing.read_sanction(connection, sanction_id)
    if seen is None:
        raise NotFound("sanction.unknown")
    held = await organizations.lock(connection, await heirs.after(connection, seen.organization_id))
    asked.must_see("sanction.unknown", held[seen.organization_id])
    (sanction,) = await standing.read_sanctions(connection, [sanction_id])
    return sanction


async def _latest(connection: AsyncConnection, sanction_id: UUID) -> Lifting:
    liftings = await sanction_cases.liftings_of(connection, sanction_id)
    if not liftings:
        raise NotFound("sanction_lifting.unknown")
    return liftings[-1]


async def _end(connection: AsyncConnection, asked: Asked, lifting: Lifting, now: datetime) -> Document:
    await tasks.close_tasks(connection, [lifting.id], at=now)
    return await _note(connection, asked, lifting, now)


async def _note(connection: AsyncConnection, asked: Asked, lifting: Lifting, now: datetime) -> Document:
    """Write down why a lifting stands as it does."""
    document = lifting_document(lifting)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=lifting.id,
        kind="lift",
        outcome=lifting.state.value,
        actor=asked.actor,
        at=now,
        rule="sanction.lifted_by_two",
        numbers=told(document),
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
    return document
