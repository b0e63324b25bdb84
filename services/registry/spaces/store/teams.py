"""Remembers teams, their members by reference and where they were recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import Sight
from services.registry.spaces.domain.team import Incorporation, Team, TeamFacts, TeamStatus
from services.registry.spaces.store.spaces import SPACES, in_sight
from services.registry.spaces.store.tables import Teams

TEAMS = Teams.__table__
_LOCK_MEMBERS = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('core member ' || one, 0))
    FROM (SELECT unnest(CAST(:members AS uuid[]))::text AS one ORDER BY 1) AS members
""")


async def lock_members(connection: AsyncConnection, members: Sequence[UUID]) -> None:
    """Let nobody else make a team of any of these persons, until this is done; taken before all other locks."""
    await connection.execute(_LOCK_MEMBERS, {"members": list(members)})


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
    found = await _all(connection, select(TEAMS).where(TEAMS.c.id == team_id))
    return found[0] if found else None


async def lock(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Team]:
    """Lock teams in the order of their ids; those that do not exist are left out."""
    statement = select(TEAMS).where(TEAMS.c.id.in_(ids)).order_by(TEAMS.c.id).with_for_update(key_share=True)
    return {team.id: team for team in await _all(connection, statement)}


async def sharing(connection: AsyncConnection, members: Sequence[UUID]) -> list[Team]:
    """The teams of which any of these persons is or was a core member, whatever became of them, the oldest first."""
    people = TEAMS.c.core_members.op("||")(TEAMS.c.past_members)
    wanted = bindparam("members", list(members), type_=ARRAY(Uuid()))
    statement = select(TEAMS).where(people.op("&&")(wanted)).order_by(TEAMS.c.recorded_at, TEAMS.c.id)
    return await _all(connection, statement)


async def regions_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The regions of the spaces that recorded teams, by team."""
    statement = select(TEAMS.c.id, SPACES.c.region).join(SPACES, SPACES.c.id == TEAMS.c.home_id)
    return {row.id: row.region for row in await connection.execute(statement.where(TEAMS.c.id.in_(ids)))}


async def find(connection: AsyncConnection, sight: Sight, *, after: UUID | None, limit: int) -> list[Team]:
    """Teams in sight of whoever may see the space that recorded them, by id, at most ``limit``."""
    statement = select(TEAMS).join(SPACES, SPACES.c.id == TEAMS.c.home_id).order_by(TEAMS.c.id).limit(limit)
    if after is not None:
        statement = statement.where(TEAMS.c.id > after)
    return await _all(connection, in_sight(statement, sight))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Team]:
    return [_team(row) for row in await connection.execute(statement)]


def _values(team: Team) -> dict[str, Any]:
    firm = team.incorporation
    return {
        "name": team.facts.name,
        "core_members": list(team.facts.core_members),
        "past_members": list(team.past_members),
        "status": team.status.value,
        "root_id": team.root_id,
        "incorporated_as": None if firm is None else firm.organization_id,
        "incorporated_on": None if firm is None else firm.on,
        "version": team.version,
    }


def _team(row: Any) -> Team:
    firm = None if row.incorporated_as is None else Incorporation(row.incorporated_as, row.incorporated_on)
    return Team(
        id=row.id,
        home_id=row.home_id,
        facts=TeamFacts(row.name, tuple(row.core_members)),
        status=TeamStatus(row.status),
        version=row.version,
        root_id=row.root_id,
        past_members=tuple(row.past_members),
        incorporation=firm,
    )
