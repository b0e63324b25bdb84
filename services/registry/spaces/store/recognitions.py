"""Remembers the recognitions of spaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.spaces.domain.recognition import End, EndReason, Level, Recognition, Standing, Track
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store.tables import Recognitions

RECOGNITIONS = Recognitions.__table__


async def of_spaces(connection: AsyncConnection, space_ids: Sequence[UUID]) -> dict[UUID, list[Recognition]]:
    """All recognitions of spaces by space, the oldest first; a space without any is given too."""
    statement = select(RECOGNITIONS).where(RECOGNITIONS.c.space_id.in_(space_ids)).order_by(RECOGNITIONS.c.id)
    found: dict[UUID, list[Recognition]] = {space_id: [] for space_id in space_ids}
    for row in await connection.execute(statement):
        found[row.space_id].append(_recognition(row))
    return found


async def standing(connection: AsyncConnection, space: Space) -> Standing:
    """A space with its recognitions; whoever changes them holds the space locked."""
    return Standing(space, tuple((await of_spaces(connection, [space.id]))[space.id]))


async def add(connection: AsyncConnection, recognition: Recognition, *, at: datetime, by: str) -> None:
    """Record a recognition."""
    values = {
        "id": recognition.id,
        "space_id": recognition.space_id,
        "track": recognition.track.value,
        "level": recognition.level.value,
        "document_number": recognition.document_number,
        "decided_on": recognition.decided_on,
        "document_id": recognition.document_id,
        "clause": recognition.clause,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(RECOGNITIONS).values(values))


async def end(connection: AsyncConnection, ended: Sequence[tuple[UUID, End]]) -> None:
    """Write down which recognitions of a locked space have ended, when and why."""
    if not ended:
        return
    rows = [{"of": one, "on": end.on, "why": end.reason.value} for one, end in ended]
    statement = update(RECOGNITIONS).where(RECOGNITIONS.c.id == bindparam("of"))
    await connection.execute(statement.values(ended_on=bindparam("on"), end_reason=bindparam("why")), rows)


def _recognition(row: Any) -> Recognition:
    return Recognition(
        id=row.id,
        space_id=row.space_id,
        track=Track(row.track),
        level=Level(row.level),
        document_number=row.document_number,
        decided_on=row.decided_on,
        document_id=row.document_id,
        clause=row.clause,
        end=None if row.ended_on is None else End(row.ended_on, EndReason(row.end_reason)),
    )
