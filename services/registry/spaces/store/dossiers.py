"""Remembers how spaces and teams are put together again from all that stands beside them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.spaces.domain.dossier import TeamDossier
from services.registry.spaces.domain.recognition import Standing
from services.registry.spaces.domain.space import Space
from services.registry.spaces.domain.team import Team
from services.registry.spaces.store import recognitions, residencies, teams


async def of_teams(connection: AsyncConnection, found: Sequence[Team]) -> list[TeamDossier]:
    """Teams with their residencies and the region of the space that recorded them, in the order given."""
    ids = [team.id for team in found]
    stays = await residencies.of_residents(connection, ids)
    regions = await teams.regions_of(connection, ids)
    return [TeamDossier(team, regions[team.id], [stay for stay in stays if stay.team_id == team.id]) for team in found]


async def of_spaces(connection: AsyncConnection, found: Sequence[Space]) -> list[Standing]:
    """Spaces with their recognitions, in the order given."""
    recognised = await recognitions.of_spaces(connection, [space.id for space in found])
    return [Standing(space, tuple(recognised[space.id])) for space in found]
