"""Remembers how an organisation is put together again from all that stands beside it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.dossier import OrganizationDossier
from services.registry.parties.store import names, organizations, quotas, roles, sizes, standing


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, OrganizationDossier]:
    """Organisations with everything, in nine statements however many they are; unknown ids are left out."""
    found = await organizations.read(connection, ids)
    called = await names.of_organizations(connection, ids)
    declared = await sizes.of_organizations(connection, ids)
    listings = await standing.listings_of(connection, ids)
    sanctions = await standing.sanctions_of(connection, ids)
    links = await standing.links_of(connection, ids)
    provider = await roles.providers(connection, ids)
    run = await roles.spaces(connection, ids)
    roots = await quotas.roots_of(connection, ids)
    return {
        one: OrganizationDossier(
            organization=found[one],
            names=[name for name in called if name.organization_id == one],
            sizes=[size for size in declared if size.facts.organization_id == one],
            listings=[listing for listing in listings if listing.organization_id == one],
            sanctions=[sanction for sanction in sanctions if sanction.organization_id == one],
            links=[link for link in links if one in (link.a_id, link.b_id)],
            provider=provider.get(one),
            spaces=run.get(one, ()),
            quota_roots=roots.get(one, ()),
        )
        for one in ids
        if one in found
    }
