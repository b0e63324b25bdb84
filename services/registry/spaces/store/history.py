"""Remembers what was done to a space, numbered from one: from which state to which, who, when, why, which clause."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.space import Space, SpaceState
from services.registry.spaces.store.tables import SpaceHistory

HISTORY = SpaceHistory.__table__


@dataclass(frozen=True)
class Step:
    """One step in the history of a space."""

    number: int
    verb: str
    from_state: str | None
    to_state: str
    at: datetime
    by: str
    reason: str | None
    clause: str | None
    document_id: UUID | None


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


async def of_space(connection: AsyncConnection, space_id: UUID, *, after: int, limit: int) -> list[Step]:
    """The steps of a space behind a number, the oldest first, at most ``limit``."""
    columns = [HISTORY.c[name] for name in Step.__dataclass_fields__]
    statement = select(*columns).where(HISTORY.c.space_id == space_id, HISTORY.c.number > after)
    rows = await connection.execute(statement.order_by(HISTORY.c.number).limit(limit))
    return [Step(**row._mapping) for row in rows]
