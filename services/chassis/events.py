"""Remembers what happened, in the transaction that made it happen, and reads it back in an order that skips nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.chassis.tables import Events, Xid8

EVENTS = Events.__table__


@dataclass(frozen=True)
class Event:
    """Something that happened to a subject. type: ``resource.past_tense``; audience: organisations that may read it."""

    type: str
    subject_kind: str
    subject_id: str
    audience: tuple[UUID, ...]
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Entry:
    """An event with its place in the feed."""

    id: UUID
    event: Event
    cursor: str


async def append(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Write events in this transaction, in the order given, in one statement."""
    rows = [
        {
            "id": new_id(),
            "type": event.type,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "audience": list(event.audience),
            "data": event.data,
            "at": event.at,
        }
        for event in events
    ]
    await bulk.insert_all(connection, EVENTS, rows)


async def read(
    connection: AsyncConnection,
    *,
    after: str | None,
    limit: int,
    audience: UUID | None = None,
    types: Sequence[str] = (),
) -> list[Entry]:
    """Events after a cursor, oldest first.

    Ordered by (transaction, position) and bounded by the oldest transaction still running, so that one which
    took its position early and commits late is never skipped. Refusal ``page.cursor``: not one of ours.
    """
    horizon = func.pg_snapshot_xmin(func.pg_current_snapshot())
    order = EVENTS.c.xact, EVENTS.c.position
    statement = select(EVENTS).where(EVENTS.c.xact < horizon).order_by(*order).limit(limit)
    if after is not None:
        xact, position = _place(after)
        place = tuple_(cast(literal(str(xact)), Xid8()), literal(position))
        statement = statement.where(tuple_(EVENTS.c.xact, EVENTS.c.position) > place)
    if audience is not None:
        statement = statement.where(EVENTS.c.audience.contains([audience]))
    if types:
        statement = statement.where(EVENTS.c.type.in_(types))
    return [
        Entry(
            row.id,
            Event(row.type, row.subject_kind, row.subject_id, tuple(row.audience), row.data, row.at),
            pages.encode(str(row.xact), str(row.position)),
        )
        for row in await connection.execute(statement)
    ]


def _place(cursor: str) -> tuple[int, int]:
    xact, position = pages.decode(cursor, 2)
    if not (xact.isdecimal() and position.isdecimal() and len(xact) < 20 and len(position) < 19):
        raise Refusal("page.cursor", pointer="/after")
    return int(xact), int(position)
