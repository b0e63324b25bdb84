"""Remembers spaces and who lives in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.domain.space import Residency, Space, SpaceFacts, SpaceForm, SpaceKind, SpaceStatus
from services.registry.spaces.store.tables import Residencies, Spaces

SPACES = Spaces.__table__
RESIDENCIES = Residencies.__table__


async def add(connection: AsyncConnection, space: Space, *, at: datetime, by: str) -> None:
    """Record a space."""
    fixed = {"id": space.id, "operator_id": space.facts.operator_id, "recorded_at": at, "recorded_by": by}
    await connection.execute(insert(SPACES).values({**_values(space), **fixed}))


async def save(connection: AsyncConnection, space: Space) -> None:
    """Write down a locked space as it is now."""
    await connection.execute(update(SPACES).where(SPACES.c.id == space.id).values(_values(space)))


async def named(connection: AsyncConnection, operator_id: UUID, name: str) -> UUID | None:
    """The id of an operator's space of this name."""
    statement = select(SPACES.c.id).where(SPACES.c.operator_id == operator_id, SPACES.c.name == name)
    return (await connection.execute(statement)).scalar_one_or_none()


async def read(connection: AsyncConnection, space_id: UUID) -> Space | None:
    """One space."""
    row = (await connection.execute(select(SPACES).where(SPACES.c.id == space_id))).one_or_none()
    return None if row is None else _space(row)


async def lock(connection: AsyncConnection, space_id: UUID) -> Space:
    """Lock a space that is known to be there."""
    return _space((await connection.execute(select(SPACES).where(SPACES.c.id == space_id).with_for_update())).one())


async def of_operators(connection: AsyncConnection, organizations: Sequence[UUID]) -> list[Space]:
    """The spaces that organisations run, by id."""
    statement = select(SPACES).where(SPACES.c.operator_id.in_(organizations)).order_by(SPACES.c.id)
    return [_space(row) for row in await connection.execute(statement)]


async def find(
    connection: AsyncConnection, sight: Sight, *, region: str | None, after: UUID | None, limit: int
) -> list[Space]:
    """Spaces in sight, by id, at most ``limit``."""
    statement = select(SPACES).order_by(SPACES.c.id).limit(limit)
    if region is not None:
        statement = statement.where(SPACES.c.region == region)
    if after is not None:
        statement = statement.where(SPACES.c.id > after)
    if not sight.everything:
        own = SPACES.c.operator_id == sight.organization
        statement = statement.where(or_(own, region_in_sight(SPACES.c.region, sight.region)))
    return [_space(row) for row in await connection.execute(statement)]


async def add_residency(connection: AsyncConnection, residency: Residency, *, at: datetime, by: str) -> None:
    """Record who lives in a space."""
    values = {
        "id": residency.id,
        "space_id": residency.space_id,
        "team_id": residency.team_id,
        "organization_id": residency.organization_id,
        "from_on": residency.period.start,
        "until_on": residency.period.until,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(RESIDENCIES).values(values))


async def residencies_of(connection: AsyncConnection, residents: Sequence[UUID]) -> list[Residency]:
    """The residencies of teams or organisations, oldest first."""
    whose = or_(RESIDENCIES.c.team_id.in_(residents), RESIDENCIES.c.organization_id.in_(residents))
    statement = select(RESIDENCIES).where(whose).order_by(RESIDENCIES.c.from_on, RESIDENCIES.c.id)
    return [_residency(row) for row in await connection.execute(statement)]


async def residencies_in(
    connection: AsyncConnection, space_id: UUID, *, after: UUID | None, limit: int
) -> list[Residency]:
    """The residencies in a space, by id, at most ``limit``."""
    statement = select(RESIDENCIES).where(RESIDENCIES.c.space_id == space_id)
    if after is not None:
        statement = statement.where(RESIDENCIES.c.id > after)
    rows = await connection.execute(statement.order_by(RESIDENCIES.c.id).limit(limit))
    return [_residency(row) for row in rows]


def _values(space: Space) -> dict[str, Any]:
    return {
        "name": space.facts.name,
        "kind": space.facts.kind.value,
        "form": space.facts.form.value,
        "region": space.facts.region,
        "status": space.status.value,
        "version": space.version,
    }


def _space(row: Any) -> Space:
    facts = SpaceFacts(row.name, SpaceKind(row.kind), SpaceForm(row.form), row.operator_id, row.region)
    return Space(row.id, facts, SpaceStatus(row.status), row.version)


def _residency(row: Any) -> Residency:
    return Residency(row.id, row.space_id, row.team_id, row.organization_id, Period(row.from_on, row.until_on))
