"""Remembers teams, their members by reference and where they were recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.domain.team import Team, TeamFacts, TeamStatus
from services.registry.spaces.store.spaces import SPACES
from services.registry.spaces.store.tables import Teams

TEAMS = Teams.__table__


async def add(connection: AsyncConnection, team: Team, *, at: datetime, by: str) -> None:
    """Record a team."""
    values = {**_values(team), "id": team.id, "home_id": team.home_id, "recorded_at": at, "recorded_by": by}
    await connection.execute(insert(TEAMS).values(values))


async def save(connection: AsyncConnection, team: Team) -> None:
    """Write down a locked team as it is now."""
    await connection.execute(update(TEAMS).where(TEAMS.c.id == team.id).values(_values(team)))


async def named(connection: AsyncConnection, home_id: UUID, name: str) -> UUID | None:
    """The id of the active team of this name that was recorded in a space."""
    same = (TEAMS.c.home_id == home_id, TEAMS.c.name == name, TEAMS.c.status == TeamStatus.ACTIVE.value)
    return (await connection.execute(select(TEAMS.c.id).where(*same))).scalar_one_or_none()


async def read(connection: AsyncConnection, team_id: UUID) -> Team | None:
    """One team."""
    row = (await connection.execute(select(TEAMS).where(TEAMS.c.id == team_id))).one_or_none()
    return None if row is None else _team(row)


async def lock(connection: AsyncConnection, team_id: UUID) -> Team | None:
    """Lock one team."""
    row = (await connection.execute(select(TEAMS).where(TEAMS.c.id == team_id).with_for_update())).one_or_none()
    return None if row is None else _team(row)


async def regions_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The regions of the spaces that recorded teams, by team."""
    statement = select(TEAMS.c.id, SPACES.c.region).join(SPACES, SPACES.c.id == TEAMS.c.home_id)
    return {row.id: row.region for row in await connection.execute(statement.where(TEAMS.c.id.in_(ids)))}


async def find(connection: AsyncConnection, sight: Sight, *, after: UUID | None, limit: int) -> list[Team]:
    """Teams in sight of whoever may see the space that recorded them, by id, at most ``limit``."""
    statement = select(TEAMS).join(SPACES, SPACES.c.id == TEAMS.c.home_id).order_by(TEAMS.c.id).limit(limit)
    if after is not None:
        statement = statement.where(TEAMS.c.id > after)
    if not sight.everything:
        own = SPACES.c.operator_id == sight.organization
        statement = statement.where(or_(own, region_in_sight(SPACES.c.region, sight.region)))
    return [_team(row) for row in await connection.execute(statement)]


def _values(team: Team) -> dict[str, Any]:
    return {
        "name": team.facts.name,
        "core_members": list(team.facts.core_members),
        "status": team.status.value,
        "version": team.version,
    }


def _team(row: Any) -> Team:
    return Team(row.id, row.home_id, TeamFacts(row.name, tuple(row.core_members)), TeamStatus(row.status), row.version)
