"""Remembers who lives in which space, and puts every change of it into the feed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.feed.store.publishing import tell
from services.registry.spaces.domain.dossier import residency_document
from services.registry.spaces.domain.residency import Ending, Residency
from services.registry.spaces.store.tables import Residencies

RESIDENCIES = Residencies.__table__


async def add(connection: AsyncConnection, residency: Residency, *, at: datetime, by: str) -> None:
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
    await tell(connection, "residency", [residency_document(residency)], at=at)


async def end(connection: AsyncConnection, ended: Sequence[Residency], *, at: datetime) -> None:
    """Write down the last day of residencies, and how they ended; whoever does it holds their space or their team."""
    rows = [
        {"of": one.id, "until": one.period.until, "how": one.ended_how.value}
        for one in ended
        if one.ended_how is not None
    ]
    if rows:
        statement = update(RESIDENCIES).where(RESIDENCIES.c.id == bindparam("of"))
        await connection.execute(statement.values(until_on=bindparam("until"), ended_how=bindparam("how")), rows)
        await tell(connection, "residency", [residency_document(one) for one in ended], at=at)


async def read(connection: AsyncConnection, residency_id: UUID) -> Residency | None:
    """One residency."""
    found = await _all(connection, select(RESIDENCIES).where(RESIDENCIES.c.id == residency_id))
    return found[0] if found else None


async def held(connection: AsyncConnection, residency_id: UUID) -> Residency:
    """One residency that is known to be there, as it stands once its space is locked."""
    (found,) = await _all(connection, select(RESIDENCIES).where(RESIDENCIES.c.id == residency_id))
    return found


async def of_residents(connection: AsyncConnection, residents: Sequence[UUID]) -> list[Residency]:
    """The residencies of teams or organisations, oldest first."""
    whose = or_(RESIDENCIES.c.team_id.in_(residents), RESIDENCIES.c.organization_id.in_(residents))
    statement = select(RESIDENCIES).where(whose).order_by(RESIDENCIES.c.from_on, RESIDENCIES.c.id)
    return await _all(connection, statement)


async def living_in(connection: AsyncConnection, space_id: UUID, day: date) -> list[Residency]:
    """The residencies in a space that nobody ended and that are not over before a day, by id."""
    table = RESIDENCIES.c
    lives = (
        table.space_id == space_id,
        table.ended_how.is_(None),
        or_(table.until_on.is_(None), table.until_on >= day),
    )
    return await _all(connection, select(RESIDENCIES).where(*lives).order_by(table.id))


async def inside(connection: AsyncConnection, space_id: UUID, *, after: UUID | None, limit: int) -> list[Residency]:
    """The residencies in a space, by id, at most ``limit``."""
    statement = select(RESIDENCIES).where(RESIDENCIES.c.space_id == space_id)
    if after is not None:
        statement = statement.where(RESIDENCIES.c.id > after)
    return await _all(connection, statement.order_by(RESIDENCIES.c.id).limit(limit))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Residency]:
    return [_residency(row) for row in await connection.execute(statement)]


def _residency(row: Any) -> Residency:
    how = None if row.ended_how is None else Ending(row.ended_how)
    return Residency(row.id, row.space_id, row.team_id, row.organization_id, Period(row.from_on, row.until_on), how)
