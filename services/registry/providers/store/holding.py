"""Decides which provider an operation may lock or read: only one that whoever asks may see."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import organizations
from services.registry.providers.domain.provider import Provider
from services.registry.providers.store import providers


async def hold_provider(connection: AsyncConnection, asked: Asked, provider_id: UUID) -> tuple[Provider, Organization]:
    """Lock a provider by its organisation's row, then read it again; NotFound ``provider.unknown``."""
    seen = await see_provider(connection, asked, provider_id)
    held = await organizations.lock(connection, [seen.organization_id])
    current = await providers.of_organizations(connection, [seen.organization_id])
    return current[seen.organization_id], held[seen.organization_id]


async def see_provider(connection: AsyncConnection, asked: Asked, provider_id: UUID) -> Provider:
    """Read a provider that the caller may see; NotFound ``provider.unknown``."""
    provider = await providers.read(connection, provider_id)
    if provider is None:
        raise NotFound("provider.unknown")
    whose = await organizations.read(connection, [provider.organization_id])
    asked.must_see("provider.unknown", *whose.values())
    return provider
