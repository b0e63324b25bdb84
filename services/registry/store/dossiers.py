"""Remembers how an organisation or team is put together again from all that stands beside it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.domain.dossier import OrganizationDossier, TeamDossier
from services.registry.domain.team import Team
from services.registry.store import organizations, providers, spaces, standing, teams


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, OrganizationDossier]:
    """Organisations with everything, in six statements however many they are; unknown ids are left out."""
    found = await organizations.read(connection, ids)
    listings = await standing.listings_of(connection, ids)
    sanctions = await standing.sanctions_of(connection, ids)
    links = await standing.links_of(connection, ids)
    provider = await providers.of_organizations(connection, ids)
    run = await spaces.of_operators(connection, ids)
    return {
        one: OrganizationDossier(
            organization=found[one],
            listings=[listing for listing in listings if listing.organization_id == one],
            sanctions=[sanction for sanction in sanctions if sanction.organization_id == one],
            links=[link for link in links if one in (link.a_id, link.b_id)],
            provider=provider.get(one),
            spaces=[space.id for space in run if space.facts.operator_id == one],
        )
        for one in ids
        if one in found
    }


async def of_teams(connection: AsyncConnection, found: Sequence[Team]) -> list[TeamDossier]:
    """Teams with their residencies and the region of the space that recorded them, in the order given."""
    ids = [team.id for team in found]
    stays = await spaces.residencies_of(connection, ids)
    regions = await teams.regions_of(connection, ids)
    return [TeamDossier(team, regions[team.id], [stay for stay in stays if stay.team_id == team.id]) for team in found]
