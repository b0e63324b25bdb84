"""Records organisations, changes them, and shows them whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.parties.domain.dossier import organization_document
from services.registry.parties.domain.naming import first_name, names_told
from services.registry.parties.domain.organization import Organization, OrganizationFacts, amend, organization_faults
from services.registry.parties.operations import register_checks
from services.registry.parties.store import dossiers, names, organizations, sizes
from services.registry.parties.store.holding import hold_organization
from services.registry.parties.store.organizations import OrganizationFilter
from services.registry.parties.store.publishing import tell_organizations


async def record_organization(asked: Asked, facts: OrganizationFacts) -> tuple[Document, bool]:
    """Record an organisation by its credit code; gives its document and whether it is new.

    What is new is looked up in its official register, where an extract of that was taken in.

    The same code again gives the same organisation: to a service whatever the facts, so that its retries are safe; to
    an operator only with the same facts, else Refusal ``organization.duplicate`` with the id of the one that is there.
    """
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        today = asked.day_of(now)
        refuse_all(organization_faults(facts, regions=await catalogue.regions(connection), today=today))
        organization = Organization(new_id(), facts.written())
        if await organizations.add(connection, organization, at=now, by=asked.actor):
            await names.write(connection, first_name(organization, new_id(), otherwise=today), at=now, by=asked.actor)
            await register_checks.check_new(connection, asked, organization, at=now)
            told = await tell_organizations(connection, [organization.id], at=now, today=today)
            return told[organization.id], True
        known = await organizations.of_code(connection, organization.facts.uscc)
        if known.facts != organization.facts and "service" not in asked.permit.caller.roles:
            raise Refusal("organization.duplicate", pointer="/uscc", numbers={"id": show("org", known.id)})
        found = await dossiers.of_organizations(connection, [known.id])
        return organization_document(found[known.id].on(today)), False


async def amend_organization(
    asked: Asked, organization_id: UUID, *, version: int, changes: Mapping[str, Any]
) -> Document:
    """Change an organisation from the version that was read; its newest name, where that was mistyped.

    NotFound ``organization.unknown``; Refusal ``edit.precondition``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, organization_id)
        if organization.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        today = asked.day_of(now)
        regions = await catalogue.regions(connection)
        by_itself = not asked.permit.everything
        is_sized = bool(await sizes.of_organizations(connection, [organization_id]))
        changed = amend(organization, changes, by_itself=by_itself, regions=regions, today=today, is_sized=is_sized)
        await organizations.save(connection, changed)
        kept = await names.of_organizations(connection, [organization_id])
        for name in names_told(changed, kept)[-1:]:
            await names.write(connection, name, at=now, by=asked.actor)
        return (await tell_organizations(connection, [changed.id], at=now, today=today))[changed.id]


async def read_organization(asked: Asked, organization_id: UUID) -> Document:
    """Show an organisation whole; NotFound ``organization.unknown``."""
    async with asked.database.read() as connection:
        found = await dossiers.of_organizations(connection, [organization_id])
        if organization_id not in found:
            raise NotFound("organization.unknown")
        asked.must_see("organization.unknown", found[organization_id].organization)
        today = asked.day_of(await business_now(connection))
        return organization_document(found[organization_id].on(today))


async def list_organizations(
    asked: Asked, wanted: OrganizationFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the organisations in sight, in the order of their recording, and its next cursor."""
    async with asked.database.read() as connection:
        found = await organizations.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        whole = await dossiers.of_organizations(connection, [one.id for one in page])
        today = asked.day_of(await business_now(connection))
        return [organization_document(dossier.on(today)) for dossier in whole.values()], cursor
