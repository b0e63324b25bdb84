"""Takes a case from its proposal to a decision: notified, answered or not, and decided by a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults, missing
from services.registry.parties.domain import sanction_case as domain
from services.registry.parties.domain.case_dossier import case_document, told
from services.registry.parties.domain.organization import Organization
from services.registry.parties.domain.sanction_case import (
    SECRET,
    Answer,
    Bench,
    CaseState,
    Grounds,
    Patience,
    Ruling,
    SanctionCase,
)
from services.registry.parties.store import heirs, organizations, roles, sanction_cases, standing
from services.registry.parties.store.publishing import tell_organizations
from services.registry.parties.store.sanction_cases import CaseFilter

SUBJECT = "sanction_case"
NOTIFY, ANSWER, DECIDE = "notify_sanction_case", "answer_sanction_case", "decide_sanction_case"


async def propose_case(asked: Asked, organization_id: UUID, charge: Grounds) -> Document:
    """Propose to keep an organisation out; nothing holds yet, and it is not told before it is notified.

    Refusal ``reference.unknown`` for an organisation or document that is not there.
    """
    async with asked.database.begin() as connection:
        held = await organizations.lock(connection, [organization_id])
        now = await business_now(connection)
        there = missing("organization", [("/organization", organization_id in held)])
        faults = [*there, *await document_faults(connection, charge.document_id)]
        refuse_all(faults)
        case = SanctionCase(
            id=new_id(),
            organization_id=organization_id,
            charge=charge,
            state=CaseState.PROPOSED,
            proposed_by=asked.actor,
            proposed_at=now,
        )
        await sanction_cases.add(connection, case)
        return await settle(connection, Act.of(asked, "propose", now), case, held[organization_id])


async def notify_case(asked: Asked, case_id: UUID) -> Document:
    """Tell the organisation of the grounds; it has some working days to answer, after which time passes by itself.

    NotFound ``sanction_case.unknown``; refusals of `domain.sanction_case.notify`.
    """
    async with asked.database.begin() as connection:
        case, organization = await hold_case(connection, asked, case_id)
        now = await business_now(connection)
        patience = Patience(
            working_days=asked.settings.reply_days,
            calendar=await catalogue.working_days(connection),
            zone=asked.settings.zone,
        )
        notified = domain.notify(case, patience, by=asked.actor, at=now)
        return await settle(connection, Act.of(asked, "notify", now), notified, organization)


async def answer_case(asked: Asked, case_id: UUID, given: Answer) -> Document:
    """Take what the organisation says to the grounds.

    NotFound ``sanction_case.unknown``, also before it was notified; refusals of `domain.sanction_case.answer`.
    """
    async with asked.database.begin() as connection:
        case, organization = await hold_case(connection, asked, case_id)
        now = await business_now(connection)
        faults = [] if given.document_id is None else await document_faults(connection, given.document_id)
        answered = domain.answer(case, given, by=asked.actor, at=now, also=faults)
        return await settle(connection, Act.of(asked, "answer", now), answered, organization)


async def decide_case(asked: Asked, case_id: UUID, ruling: Ruling) -> Document:
    """Keep the organisation out from today, by a second person; the sanction goes into the feed with its document.

    NotFound ``sanction_case.unknown``; refusals of `domain.sanction_case.decide`.
    """
    async with asked.database.begin() as connection:
        case, organization = await hold_case(connection, asked, case_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        bench = Bench(
            by=asked.actor,
            at=now,
            today=today,
            known=await standing.sanctions_of(connection, [case.organization_id]),
            also=await document_faults(connection, ruling.document_id),
        )
        decided, sanction = domain.decide(case, ruling, bench, sanction_id=new_id())
        answer = await settle(connection, Act.of(asked, "decide", now), decided, organization)
        await standing.add_sanction(connection, sanction, at=now, by=asked.actor)
        bound = await heirs.after(connection, organization.id)
        await tell_organizations(connection, bound, at=now, today=today)
        return answer


async def drop_case(asked: Asked, case_id: UUID, reason: str) -> Document:
    """End a case without a sanction. NotFound ``sanction_case.unknown``; Refusal ``sanction_case.state``."""
    async with asked.database.begin() as connection:
        case, organization = await hold_case(connection, asked, case_id)
        now = await business_now(connection)
        dropped = domain.drop(case, reason, by=asked.actor, at=now)
        return await settle(connection, Act.of(asked, "drop", now), dropped, organization)


async def read_case(asked: Asked, case_id: UUID) -> Document:
    """Show a case; NotFound ``sanction_case.unknown``."""
    async with asked.database.read() as connection:
        case = await sanction_cases.read(connection, case_id)
        if case is None:
            raise NotFound("sanction_case.unknown")
        whose = await organizations.read(connection, [case.organization_id])
        _must_see(asked, case, whose[case.organization_id])
        return case_document(case)


async def list_cases(
    asked: Asked, wanted: CaseFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the cases in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await sanction_cases.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [case_document(one) for one in page], cursor


async def hold_case(connection: AsyncConnection, asked: Asked, case_id: UUID) -> tuple[SanctionCase, Organization]:
    """Lock the organisation of a case in sight and read the case under it. NotFound ``sanction_case.unknown``."""
    seen = await sanction_cases.read(connection, case_id)
    if seen is None:
        raise NotFound("sanction_case.unknown")
    held = await organizations.lock(connection, await heirs.after(connection, seen.organization_id))
    (case,) = await sanction_cases.read_all(connection, [case_id])
    _must_see(asked, case, held[seen.organization_id])
    return case, held[seen.organization_id]


def _must_see(asked: Asked, case: SanctionCase, organization: Organization) -> None:
    """An organisation is told of its own case from the notification on: not of one dropped before, either."""
    asked.must_see("sanction_case.unknown", organization)
    hidden = case.state in SECRET or case.notified_at is None
    if hidden and asked.permit.bound("own") == organization.id and not asked.permit.everything:
        raise NotFound("sanction_case.unknown")


@dataclass(frozen=True)
class Act:
    """What is done to a case: by whom, when, and upon which request; without one where time acts."""

    verb: str
    by: str
    at: datetime
    request_id: str | None = None

    @classmethod
    def of(cls, asked: Asked, verb: str, at: datetime) -> "Act":
        """What somebody who asks does."""
        return cls(verb, asked.actor, at, asked.request_id)


async def settle(connection: AsyncConnection, act: Act, case: SanctionCase, organization: Organization) -> Document:
    """Write down what an act made of a case, why, and whose task it is now."""
    await sanction_cases.save(connection, [case])
    document = case_document(case)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=case.id,
        kind=act.verb,
        outcome=case.state.value,
        actor=act.by,
        at=act.at,
        rule="sanction.due_process",
        clause=case.charge.clause,
        numbers=told(document),
        request_id=act.request_id,
    )
    await decisions.record(connection, [decision])
    await tasks.close_tasks(connection, [case.id], at=act.at)
    if not case.ended:
        await tasks.open_tasks(connection, [await _task(connection, act, case, organization)])
    return document


async def _task(connection: AsyncConnection, act: Act, case: SanctionCase, organization: Organization) -> Task:
    """An answer is the organisation's, in the role it plays; all else is the operators'."""
    if case.state is not CaseState.NOTIFIED:
        kind = NOTIFY if case.state is CaseState.PROPOSED else DECIDE
        return Task(kind, SUBJECT, case.id, "operator", act.at)
    ids = [organization.id]
    provides, runs = await roles.providers(connection, ids), await roles.spaces(connection, ids)
    role = "provider" if provides else "space" if runs else "holder"
    return Task(ANSWER, SUBJECT, case.id, role, act.at, case.reply_ends, organization=organization.id)
