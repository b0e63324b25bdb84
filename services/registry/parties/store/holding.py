"""Decides which organisation and which person an operation may lock or read: only one that whoever asks may see."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import organizations, people
from services.registry.parties.store.people import Person


async def see_organization(connection: AsyncConnection, asked: Asked, organization_id: UUID) -> Organization:
    """Read an organisation that the caller may see; NotFound ``organization.unknown``."""
    found = await organizations.read(connection, [organization_id])
    if organization_id not in found:
        raise NotFound("organization.unknown")
    asked.must_see("organization.unknown", found[organization_id])
    return found[organization_id]


async def hold_organization(connection: AsyncConnection, asked: Asked, organization_id: UUID) -> Organization:
    """Lock an organisation that the caller may see; NotFound ``organization.unknown``."""
    held = await organizations.lock(connection, [organization_id])
    if organization_id not in held:
        raise NotFound("organization.unknown")
    asked.must_see("organization.unknown", held[organization_id])
    return held[organization_id]


async def hold_person(connection: AsyncConnection, person_id: UUID) -> Person:
    """Lock a person who is not erased; NotFound ``people.unknown``, Refusal ``people.erased``."""
    person = await people.lock(connection, person_id)
    if person is None:
        raise NotFound("people.unknown")
    if person.sealed is None:
        raise Refusal("people.erased")
    return person
