"""Remembers what was done to a space, numbered from one: from which state to which, who, when, why, which clause."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.registry.spaces.domain.act import Act, Step
from services.registry.spaces.domain.space import Space, SpaceState
from services.registry.spaces.store.tables import SpaceHistory

HISTORY = SpaceHistory.__table__


async def write(connection: AsyncConnection, space: Space, act: Act, *, before: SpaceState | None) -> None:
    """Append what an act made of a locked space; ``before`` is the state it was in, None when it is new."""
    last = select(func.coalesce(func.max(HISTORY.c.number), 0)).where(HISTORY.c.space_id == space.id)
    values: dict[str, Any] = {
        "id": new_id(),
        "space_id": space.id,
        "number": last.scalar_subquery() + 1,
        "verb": act.verb,
        "from_state": None if before is None else before.value,
        "to_state": space.state.value,
        "at": act.at,
        "by": act.by,
        "reason": act.reason,
        "clause": act.clause,
        "document_id": act.document_id,
    }
    await connection.execute(insert(HISTORY).values(values))


async def of_space(connection: AsyncConnection, space_id: UUID, *, after: UUID | None, limit: int) -> list[Step]:
    """The steps of a space behind one of them, the oldest first, at most ``limit``."""
    columns = [HISTORY.c[name] for name in Step.__dataclass_fields__]
    statement = select(*columns).where(HISTORY.c.space_id == space_id).order_by(HISTORY.c.number).limit(limit)
    if after is not None:
        last = select(HISTORY.c.number).where(HISTORY.c.id == after).scalar_subquery()
        statement = statement.where(HISTORY.c.number > last)
    return [Step(**row._mapping) for row in await connection.execute(statement)]
