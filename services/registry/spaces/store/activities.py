"""Remembers what happened in spaces; a correction is a row of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import Sight
from services.registry.spaces.domain.activity import Activity, ActivityFacts, ActivityKind, Correction
from services.registry.spaces.store.spaces import SPACES, in_sight
from services.registry.spaces.store.tables import Activities

ACTIVITIES = Activities.__table__
LATER = ACTIVITIES.alias("later")


@dataclass(frozen=True)
class ActivityFilter:
    """Which activities a list shows: each bound that is given narrows it; year: of the local day."""

    space: UUID | None = None
    kind: str | None = None
    year: int | None = None


async def add(connection: AsyncConnection, activity: Activity, *, at: datetime, by: str) -> None:
    """Record an activity, or a correction."""
    correction = activity.correction
    values = {
        **vars(activity.facts),
        "kind": activity.facts.kind.value,
        "id": activity.id,
        "space_id": activity.space_id,
        "corrects_id": None if correction is None else correction.corrects_id,
        "correction_reason": None if correction is None else correction.reason,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(ACTIVITIES).values(values))


async def read(connection: AsyncConnection, activity_id: UUID) -> Activity | None:
    """One activity."""
    found = await _all(connection, _told().where(ACTIVITIES.c.id == activity_id))
    return found[0] if found else None


async def held(connection: AsyncConnection, activity_id: UUID) -> Activity:
    """One activity that is known to be there, as it stands once its space is locked."""
    (found,) = await _all(connection, _told().where(ACTIVITIES.c.id == activity_id))
    return found


async def same(connection: AsyncConnection, space_id: UUID, facts: ActivityFacts) -> UUID | None:
    """The id of the activity of this kind and title that a space had that day, unless it was corrected."""
    table = ACTIVITIES.c
    replaced = exists().where(LATER.c.corrects_id == table.id)
    wanted = (table.space_id == space_id, table.held_on == facts.held_on, table.kind == facts.kind.value)
    statement = select(table.id).where(*wanted, table.title == facts.title, ~replaced).order_by(table.id).limit(1)
    return (await connection.execute(statement)).scalar_one_or_none()


async def find(
    connection: AsyncConnection, wanted: ActivityFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Activity]:
    """Activities of spaces in sight, those that were corrected too, by id, at most ``limit``."""
    table = ACTIVITIES.c
    statement = _told().join(SPACES, SPACES.c.id == table.space_id).order_by(table.id).limit(limit)
    if wanted.space is not None:
        statement = statement.where(table.space_id == wanted.space)
    if wanted.kind is not None:
        statement = statement.where(table.kind == wanted.kind)
    if wanted.year is not None:
        statement = statement.where(table.held_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if after is not None:
        statement = statement.where(table.id > after)
    return await _all(connection, in_sight(statement, sight))


def _told() -> Select[Any]:
    corrected = select(LATER.c.id).where(LATER.c.corrects_id == ACTIVITIES.c.id).scalar_subquery()
    return select(ACTIVITIES, corrected.label("corrected_by"))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Activity]:
    return [_activity(row) for row in await connection.execute(statement)]


def _activity(row: Any) -> Activity:
    facts = ActivityFacts(
        kind=ActivityKind(row.kind),
        title=row.title,
        held_on=row.held_on,
        sessions=row.sessions,
        heads=row.heads,
        mentor_id=row.mentor_id,
        document_id=row.document_id,
    )
    correction = None if row.corrects_id is None else Correction(row.corrects_id, row.correction_reason)
    return Activity(row.id, row.space_id, facts, correction, row.corrected_by)
