"""Remembers who mentors in which space."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.store.people_tables import People
from services.registry.sight import Sight
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.store.spaces import SPACES, in_sight
from services.registry.spaces.store.tables import Mentors

MENTORS = Mentors.__table__
PEOPLE = People.__table__


async def add(connection: AsyncConnection, mentor: Mentor, *, at: datetime, by: str) -> None:
    """Record a mentor."""
    values = {
        "id": mentor.id,
        "space_id": mentor.space_id,
        "person_id": mentor.person_id,
        "title": mentor.title,
        "fields": list(mentor.fields),
        "from_on": mentor.period.start,
        "until_on": mentor.period.until,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(MENTORS).values(values))


async def end(connection: AsyncConnection, mentor_id: UUID, on: date) -> None:
    """Write down the last day of a mentor whose space is locked."""
    await connection.execute(update(MENTORS).where(MENTORS.c.id == mentor_id).values(until_on=on))


async def person_known(connection: AsyncConnection, person_id: UUID) -> bool:
    """Whether a person is on record, and was not erased."""
    statement = select(exists().where(PEOPLE.c.id == person_id, PEOPLE.c.erased_at.is_(None)))
    return bool((await connection.execute(statement)).scalar_one())


async def read(connection: AsyncConnection, mentor_id: UUID) -> Mentor | None:
    """One mentor."""
    found = await _all(connection, select(MENTORS).where(MENTORS.c.id == mentor_id))
    return found[0] if found else None


async def of_space(connection: AsyncConnection, space_id: UUID) -> list[Mentor]:
    """All who mentor or mentored in a space, by id."""
    return await _all(connection, select(MENTORS).where(MENTORS.c.space_id == space_id).order_by(MENTORS.c.id))


async def find(
    connection: AsyncConnection, sight: Sight, *, space_id: UUID | None, after: UUID | None, limit: int
) -> list[Mentor]:
    """Mentors of spaces in sight, by id, at most ``limit``."""
    statement = select(MENTORS).join(SPACES, SPACES.c.id == MENTORS.c.space_id).order_by(MENTORS.c.id).limit(limit)
    if space_id is not None:
        statement = statement.where(MENTORS.c.space_id == space_id)
    if after is not None:
        statement = statement.where(MENTORS.c.id > after)
    return await _all(connection, in_sight(statement, sight))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Mentor]:
    return [
        Mentor(row.id, row.space_id, row.person_id, row.title, tuple(row.fields), Period(row.from_on, row.until_on))
        for row in await connection.execute(statement)
    ]
