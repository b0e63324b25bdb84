"""Remembers spaces as they are recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.domain.space import (
    Premises,
    Space,
    SpaceFacts,
    SpaceForm,
    SpaceKind,
    SpaceState,
    SpaceStatus,
    Sponsor,
)
from services.registry.spaces.store.tables import Spaces

SPACES = Spaces.__table__
STATE = case(
    (SPACES.c.status == SpaceStatus.CLOSED.value, SpaceState.CLOSED.value),
    (SPACES.c.state != SpaceState.CLOSED.value, SPACES.c.state),
    (SPACES.c.revoked_on.is_not(None), SpaceState.REVOKED.value),
    else_=SpaceState.RECORDED.value,
)
"""In which state a space is: the release before this one closes and opens a space by its status alone."""
_READ = select(SPACES, STATE.label("stands"))


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
    row = (await connection.execute(_READ.where(SPACES.c.id == space_id))).one_or_none()
    return None if row is None else _space(row)


async def lock(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Space]:
    """Lock spaces in the order of their ids; those that do not exist are left out."""
    statement = _READ.where(SPACES.c.id.in_(ids)).order_by(SPACES.c.id)
    rows = await connection.execute(statement.with_for_update(key_share=True))
    return {row.id: _space(row) for row in rows}


async def has_branches(connection: AsyncConnection, space_id: UUID) -> bool:
    """Whether another space is a branch of this one."""
    return bool((await connection.execute(select(exists().where(SPACES.c.parent_id == space_id)))).scalar_one())


async def of_operators(connection: AsyncConnection, organizations: Sequence[UUID]) -> list[Space]:
    """The spaces that organisations run, by id."""
    statement = _READ.where(SPACES.c.operator_id.in_(organizations)).order_by(SPACES.c.id)
    return [_space(row) for row in await connection.execute(statement)]


async def find(
    connection: AsyncConnection, sight: Sight, *, region: str | None, after: UUID | None, limit: int
) -> list[Space]:
    """Spaces in sight, by id, at most ``limit``."""
    statement = _READ.order_by(SPACES.c.id).limit(limit)
    if region is not None:
        statement = statement.where(SPACES.c.region == region)
    if after is not None:
        statement = statement.where(SPACES.c.id > after)
    return [_space(row) for row in await connection.execute(in_sight(statement, sight))]


def in_sight(statement: Select[Any], sight: Sight) -> Select[Any]:
    """Narrow a list that reads the spaces too to those that its reader may see."""
    if sight.everything:
        return statement
    own = SPACES.c.operator_id == sight.organization
    return statement.where(or_(own, region_in_sight(SPACES.c.region, sight.region)))


def _values(space: Space) -> dict[str, Any]:
    facts = space.facts
    return {
        "name": facts.name,
        "kind": facts.kind.value,
        "form": facts.form.value,
        "region": facts.region,
        "sponsor": None if facts.sponsor is None else facts.sponsor.value,
        "field": facts.field,
        **vars(facts.premises),
        "parent_id": facts.parent_id,
        "status": space.status.value,
        "state": space.state.value,
        "revoked_on": space.revoked_on,
        "incubator_on": space.incubator_on,
        "version": space.version,
    }


def _space(row: Any) -> Space:
    facts = SpaceFacts(
        name=row.name,
        kind=SpaceKind(row.kind),
        form=SpaceForm(row.form),
        operator_id=row.operator_id,
        region=row.region,
        sponsor=None if row.sponsor is None else Sponsor(row.sponsor),
        field=row.field,
        premises=Premises(row.area_square_metres, row.seats, row.address),
        parent_id=row.parent_id,
    )
    return Space(row.id, facts, SpaceState(row.stands), row.version, row.revoked_on, row.incubator_on)
