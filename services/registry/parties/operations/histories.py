"""Records what becomes of an organisation: a new or a former name, its end and its successor, its size year by year."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import shown
from services.registry.evidence import document_faults, missing
from services.registry.parties import data
from services.registry.parties.domain.dossier import size_document
from services.registry.parties.domain.naming import ONE_DAY, Name, first_name, rename
from services.registry.parties.domain.organization import Organization, Succession
from services.registry.parties.domain.size import SizeDeclaration, SizeFacts, latest, size_faults, size_of
from services.registry.parties.domain.succession import succeed
from services.registry.parties.store import names, organizations, sizes
from services.registry.parties.store.holding import hold_organization, see_organization
from services.registry.parties.store.publishing import tell_organizations


async def record_name(asked: Asked, name: Name) -> Document:
    """Give an organisation a new name from a day on, or a former one; gives the organisation's document.

    NotFound ``organization.unknown``; Refusal with all faults of the name.
    """
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, name.organization_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        kept = await names.of_organizations(connection, [organization.id]) or [
            first_name(organization, new_id(), otherwise=name.period.start - ONE_DAY)
        ]
        faults = [] if name.document_id is None else await document_faults(connection, name.document_id)
        renamed = rename(organization, kept, name, today=today, also=faults)
        await names.write(connection, renamed.shortened, at=now, by=asked.actor)
        await names.write(connection, renamed.added, at=now, by=asked.actor)
        await organizations.save(connection, renamed.organization)
        told = {"name": renamed.added.text, "from": name.period.start.isoformat()}
        await _record(connection, asked, organization, now, kind="rename", outcome="renamed", numbers=told)
        return (await tell_organizations(connection, [organization.id], at=now, today=today))[organization.id]


async def record_succession(asked: Asked, organization_id: UUID, succession: Succession) -> Document:
    """End an organisation, and name who answers for it since; gives the organisation's document.

    Both organisations are locked, so that of two that would succeed each other at once only one does. NotFound
    ``organization.unknown``; Refusal with all faults of the succession.
    """
    async with asked.database.begin() as connection:
        taker = succession.successor_id
        held = await organizations.lock(connection, [organization_id] if taker is None else [organization_id, taker])
        if organization_id not in held:
            raise NotFound("organization.unknown")
        now = await business_now(connection)
        today = asked.day_of(now)
        faults = [
            *missing("organization", [("/successor", taker is None or taker in held)]),
            *await document_faults(connection, succession.document_id),
        ]
        successor = None if taker is None else held.get(taker)
        ended = succeed(held[organization_id], succession, successor, today=today, also=faults)
        await organizations.save(connection, ended)
        told = {
            "how": succession.how.value,
            "on": succession.on.isoformat(),
            "successor": None if taker is None else shown("org", taker),
            "document": shown("doc", succession.document_id),
        }
        await _record(connection, asked, ended, now, kind="succession", outcome=ended.status.value, numbers=told)
        return (await tell_organizations(connection, sorted(held), at=now, today=today))[organization_id]


async def declare_size(asked: Asked, facts: SizeFacts) -> Document:
    """Declare the figures of a year; the class that follows is the organisation's, where no later year is declared.

    NotFound ``organization.unknown``; Refusal with all faults of the declaration.
    """
    standard = data.size_standard()
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, facts.organization_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        known = await sizes.of_organizations(connection, [organization.id])
        by_itself = not asked.permit.everything
        faults = size_faults(facts, known, standard=standard, by_itself=by_itself, today=today)
        if facts.document_id is not None:
            faults += await document_faults(connection, facts.document_id)
        refuse_all(faults)
        size_class = size_of(facts.figures, standard.industries[facts.industry])
        declared = SizeDeclaration(new_id(), facts, size_class, standard.number)
        await sizes.add(connection, declared, at=now, by=asked.actor)
        counts = latest([*known, declared]) or declared
        await organizations.save(connection, organization.of_size(counts.size_class))
        told = size_document(declared)
        await _record(connection, asked, organization, now, kind="size", outcome=size_class.value, numbers=told)
        await tell_organizations(connection, [organization.id], at=now, today=today)
        return told


async def list_sizes(asked: Asked, organization_id: UUID) -> list[Document]:
    """Show all that was declared of an organisation's size, corrections too, oldest first.

    NotFound ``organization.unknown``.
    """
    async with asked.database.read() as connection:
        await see_organization(connection, asked, organization_id)
        return [size_document(one) for one in await sizes.of_organizations(connection, [organization_id])]


async def _record(
    connection: AsyncConnection, asked: Asked, organization: Organization, at: datetime, **told: Any
) -> None:
    decision = Decision(
        subject_kind="organization",
        subject_id=organization.id,
        actor=asked.actor,
        at=at,
        request_id=asked.request_id,
        **told,
    )
    await decisions.record(connection, [decision])
