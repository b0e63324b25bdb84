"""Decides which organisation an operation may lock or read: only one that whoever asks may see."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import organizations


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
