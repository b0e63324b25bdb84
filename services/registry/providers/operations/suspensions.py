"""Suspends providers by due process: heard first, or at once with a second person's word; and ends suspensions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.deadline import due_after
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.parties.domain.organization import Organization
from services.registry.providers.domain import suspension as process
from services.registry.providers.domain.dossier import suspension_document
from services.registry.providers.domain.provider import Provider, charge_faults, expire, remove, resume, suspend
from services.registry.providers.domain.suspension import (
    STOPS,
    Answer,
    Ending,
    Outcome,
    Suspension,
    SuspensionKind,
    SuspensionState,
    Verdict,
)
from services.registry.providers.store import providers, suspensions
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.publishing import Act, record_act, settle_provider
from services.standards.calendar import end_of_day


@dataclass(frozen=True)
class Charge:
    """Why something is done against a provider, by which document, and where it has one, the last day of it."""

    reason: str
    document_id: UUID
    until: date | None = None


async def propose_suspension(asked: Asked, provider_id: UUID, charge: Charge) -> Document:
    """Give a provider notice that it may be suspended or removed; to answer within some working days is its task.

    NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        faults = await _opening_faults(connection, provider, charge)
        refuse_all([*faults, *charge_faults(expire(provider, today=asked.day_of(now)))])
        case = await _opened(connection, asked, provider, charge, SuspensionKind.NOTICE, now)
        await tasks.open_tasks(connection, [_to_answer(case, organization), _to_decide(case, organization)])
        return await _settle(connection, asked, case, _act("propose", now, charge))


async def suspend_provider(asked: Asked, provider_id: UUID, charge: Charge) -> Document:
    """Stop new orders at a provider at once; unless a second person confirms it within some working days, it lapses.

    Gives the provider's document. NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        earlier = await suspensions.of_provider(connection, provider_id)
        again = process.again_faults(earlier[-1] if earlier else None, asked.actor)
        faults = [*again, *await _opening_faults(connection, provider, charge)]
        suspended = suspend(expire(provider, today=asked.day_of(now)), also=faults)
        case = await _opened(connection, asked, provider, charge, SuspensionKind.URGENT, now)
        await tasks.open_tasks(connection, [_to_decide(case, organization)])
        act = _act("suspend", now, charge)
        await _settle(connection, asked, case, act)
        return await settle_provider(connection, asked, provider, suspended, act)


async def answer_suspension(
    asked: Asked, provider_id: UUID, suspension_id: UUID, text: str, document_id: UUID | None
) -> Document:
    """Keep what the provider says to a notice, or to an urgent suspension; once, in time.

    NotFound ``provider.unknown``, ``suspension.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        case = await _case(connection, provider_id, suspension_id)
        now = await business_now(connection)
        refuse_all([] if document_id is None else await document_faults(connection, document_id))
        answered = process.answer(case, Answer(asked.actor, now, text, document_id))
        await suspensions.save_all(connection, [answered])
        await tasks.close_tasks(connection, [case.id], at=now, kind="answer_suspension")
        return await _settle(connection, asked, answered, Act("answer", now, text, document_id=document_id))


async def decide_suspension(
    asked: Asked, provider_id: UUID, suspension_id: UUID, outcome: Outcome, charge: Charge
) -> Document:
    """End the hearing of a notice, by another person than who gave it: suspend, remove, or drop it.

    NotFound ``provider.unknown``, ``suspension.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, _ = await hold_provider(connection, asked, provider_id)
        case = await _case(connection, provider_id, suspension_id)
        now = await business_now(connection)
        verdict = await _verdict(connection, asked, charge, now)
        decided = process.decide(case, outcome, verdict, ends_at=_end(asked, charge.until))
        await suspensions.save_all(connection, [decided])
        await tasks.close_tasks(connection, [case.id], at=now)
        act = _act(outcome.value, now, charge)
        if outcome is not Outcome.DROP:
            current = expire(provider, today=asked.day_of(now))
            after = suspend(current) if outcome is Outcome.SUSPEND else remove(current, today=asked.day_of(now))
            await providers.end_admissions(connection, after.ended_since(current))
            await settle_provider(connection, asked, provider, after, act)
        return await _settle(connection, asked, decided, act)


async def confirm_suspension(asked: Asked, provider_id: UUID, suspension_id: UUID, charge: Charge) -> Document:
    """Confirm an urgent suspension until a last day, by another person than who ordered it.

    NotFound ``provider.unknown``, ``suspension.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        case = await _case(connection, provider_id, suspension_id)
        now = await business_now(connection)
        verdict = await _verdict(connection, asked, charge, now)
        confirmed = process.confirm(case, verdict, ends_at=_end(asked, charge.until))
        await suspensions.save_all(connection, [confirmed])
        await tasks.close_tasks(connection, [case.id], at=now)
        return await _settle(connection, asked, confirmed, _act("confirm", now, charge))


async def resume_provider(asked: Asked, provider_id: UUID, charge: Charge) -> Document:
    """End a suspension before its last day, by another person than who ordered it.

    Gives the provider's document. NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, _ = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        case = await suspensions.running(connection, provider_id)
        faults = [*process.resume_faults(case, asked.actor), *await document_faults(connection, charge.document_id)]
        resumed = resume(provider, reason=charge.reason, today=asked.day_of(now), also=faults)
        act = _act("resume", now, charge)
        if case is not None and case.state in STOPS:
            ended = process.over(case, Ending(asked.actor, now))
            await suspensions.save_all(connection, [ended])
            await tasks.close_tasks(connection, [case.id], at=now)
            await _settle(connection, asked, ended, act)
        return await settle_provider(connection, asked, provider, resumed, act)


async def list_suspensions(asked: Asked, provider_id: UUID) -> list[Document]:
    """Show all cases against a provider, oldest first; NotFound ``provider.unknown``."""
    async with asked.database.read() as connection:
        await see_provider(connection, asked, provider_id)
        return [suspension_document(one) for one in await suspensions.of_provider(connection, provider_id)]


async def _opening_faults(connection: AsyncConnection, provider: Provider, charge: Charge) -> list[Reason]:
    running = await suspensions.running(connection, provider.id)
    return [*process.open_faults(charge.reason, running), *await document_faults(connection, charge.document_id)]


async def _opened(
    connection: AsyncConnection, asked: Asked, provider: Provider, charge: Charge, kind: SuspensionKind, at: datetime
) -> Suspension:
    """A new case, written down: how long an answer or a second person is waited for is counted in working days."""
    urgent = kind is SuspensionKind.URGENT
    days = asked.settings.confirm_days if urgent else asked.settings.answer_days
    due = due_after(asked.day_of(at), days, await catalogue.working_days(connection), asked.settings.zone)
    case = Suspension(
        id=new_id(),
        provider_id=provider.id,
        kind=kind,
        reason=charge.reason,
        document_id=charge.document_id,
        opened_by=asked.actor,
        opened_at=at,
        due_at=due,
        state=SuspensionState.URGENT if urgent else SuspensionState.PROPOSED,
        ends_at=due if urgent else None,
    )
    await suspensions.add(connection, case)
    return case


async def _case(connection: AsyncConnection, provider_id: UUID, suspension_id: UUID) -> Suspension:
    for one in await suspensions.of_provider(connection, provider_id):
        if one.id == suspension_id:
            return one
    raise NotFound("suspension.unknown")


async def _verdict(connection: AsyncConnection, asked: Asked, charge: Charge, now: datetime) -> Verdict:
    faults = await document_faults(connection, charge.document_id)
    refuse_all([*faults, *process.until_faults(charge.until, today=asked.day_of(now))])
    return Verdict(asked.actor, now, charge.reason, charge.document_id, charge.until)


def _end(asked: Asked, until: date | None) -> datetime | None:
    return None if until is None else end_of_day(until, asked.settings.zone)


def _act(verb: str, at: datetime, charge: Charge) -> Act:
    return Act(verb, at, charge.reason, document_id=charge.document_id, rule="due process of a suspension")


def _to_answer(case: Suspension, organization: Organization) -> Task:
    whose = organization.id
    return Task("answer_suspension", "suspension", case.id, "provider", case.opened_at, case.due_at, organization=whose)


def _to_decide(case: Suspension, organization: Organization) -> Task:
    """A second person's task; until the provider was heard it waits with him."""
    kind = "decide_suspension" if case.kind is SuspensionKind.NOTICE else "confirm_suspension"
    place = organization.facts.region
    return Task(kind, "suspension", case.id, "reviewer", case.opened_at, case.due_at, region=place)


async def _settle(connection: AsyncConnection, asked: Asked, case: Suspension, act: Act) -> Document:
    due = {"provider": show("prv", case.provider_id), "due": case.due_at.isoformat()}
    await record_act(connection, asked, ("suspension", case.id), act, outcome=case.state.value, numbers=due)
    return suspension_document(case)
