"""Remembers how a team is put together again from all that stands beside it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.spaces.domain.dossier import TeamDossier
from services.registry.spaces.domain.team import Team
from services.registry.spaces.store import spaces, teams


async def of_teams(connection: AsyncConnection, found: Sequence[Team]) -> list[TeamDossier]:
    """Teams with their residencies and the region of the space that recorded them, in the order given."""
    ids = [team.id for team in found]
    stays = await spaces.residencies_of(connection, ids)
    regions = await teams.regions_of(connection, ids)
    return [TeamDossier(team, regions[team.id], [stay for stay in stays if stay.team_id == team.id]) for team in found]
