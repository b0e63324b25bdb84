"""Remembers what happened, in the transaction that made it happen, and reads it back in an order that skips nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, literal, select, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, database, pages
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.chassis.tables import Events, Xid8

EVENTS = Events.__table__
PLACE = type_coerce(func.coalesce(EVENTS.c.place, EVENTS.c.xact), Xid8())
HORIZON = func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=Xid8())
"""No transaction that is still running can have written, or will write, an event at this place or before it."""


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
    """Write events in this transaction, in the order given, in one statement; once it commits, who waits is told."""
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
    if rows:
        await bulk.insert_all(connection, EVENTS, rows)
        database.tell(connection)


async def read(
    connection: AsyncConnection,
    *,
    after: str | None,
    limit: int,
    audience: UUID | None = None,
    types: Sequence[str] = (),
    subject_id: str | None = None,
) -> list[Entry]:
    """Events after a cursor, in the order of their places, oldest first.

    What belongs to one subject, whose row each writer locks in a statement before, stands as it happened, whoever began
    first; and nothing is given before all that may yet be committed ahead of it. See docs/decisions/0018.
    Refusal ``page.cursor``: not one of ours.
    """
    order = PLACE, EVENTS.c.position
    statement = select(EVENTS, PLACE.label("stands")).where(PLACE <= HORIZON).order_by(*order).limit(limit)
    if after is not None:
        place, position = _place(after)
        statement = statement.where(tuple_(*order) > tuple_(cast(literal(str(place)), Xid8()), literal(position)))
    if audience is not None:
        statement = statement.where(EVENTS.c.audience.contains([audience]))
    if types:
        statement = statement.where(EVENTS.c.type.in_(types))
    if subject_id is not None:
        statement = statement.where(EVENTS.c.subject_id == subject_id)
    return [
        Entry(
            row.id,
            Event(row.type, row.subject_kind, row.subject_id, tuple(row.audience), row.data, row.at),
            _cursor(int(row.stands), row.position),
        )
        for row in await connection.execute(statement)
    ]


async def at(connection: AsyncConnection, cursor: str) -> UUID | None:
    """The event that a cursor is of, by which its reader knows this history again; None where there is none.

    Refusal ``page.cursor``: not one of ours.
    """
    place, position = _place(cursor)
    statement = select(EVENTS.c.id).where(cast(literal(str(place)), Xid8()) == PLACE, EVENTS.c.position == position)
    found: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def end(connection: AsyncConnection, *, behind: str | None = None) -> str:
    """The cursor of the last of all events that can be read in this transaction's snapshot, whoever it is for.

    Never one of no event, such as the horizon: a database that crashes gives a number again that it had not yet written
    down, and what then stands before such a cursor would be seen by nobody behind it.
    Refusal ``page.cursor`` where it would not be behind another one: that was given out by a history that the database
    no longer has, such as one that was lost when a backup was restored.
    """
    order = PLACE, EVENTS.c.position
    last = select(*order).where(PLACE <= HORIZON).order_by(*(one.desc() for one in order)).limit(1)
    row = (await connection.execute(last)).one_or_none()
    place, position = (0, 0) if row is None else (int(row[0]), row[1])
    if behind is not None and _place(behind) > (place, position):
        raise Refusal("page.cursor", pointer="/after")
    return _cursor(place, position)


def _cursor(place: int, position: int) -> str:
    """Of three parts: those of two were given out when events stood by transaction, and a service of then, which reads
    only those, must not take this for one.
    """
    return pages.encode("2", str(place), str(position))


def _place(cursor: str) -> tuple[int, int]:
    """Where a cursor stands. One by transaction is before every place that its reader has not seen, and some he has."""
    try:
        _, place, position = pages.decode(cursor, 3)
    except Refusal:
        place, position = pages.decode(cursor, 2)
    if not (place.isdecimal() and position.isdecimal() and len(place) < 20 and len(position) < 19):
        raise Refusal("page.cursor", pointer="/after")
    return int(place), int(position)
