"""Remembers who invests in the residents of which space."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.sight import Sight
from services.registry.spaces.domain.investor import Investor
from services.registry.spaces.store.spaces import SPACES, in_sight
from services.registry.spaces.store.tables import Investors

INVESTORS = Investors.__table__


async def add(connection: AsyncConnection, investor: Investor, *, at: datetime, by: str) -> None:
    """Record an investor."""
    values = {
        "id": investor.id,
        "space_id": investor.space_id,
        "organization_id": investor.organization_id,
        "fund": investor.fund,
        "fields": list(investor.fields),
        "managed": investor.managed,
        "from_on": investor.period.start,
        "until_on": investor.period.until,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(INVESTORS).values(values))


async def end(connection: AsyncConnection, investor_id: UUID, on: date) -> None:
    """Write down the last day of an investor whose space is locked."""
    await connection.execute(update(INVESTORS).where(INVESTORS.c.id == investor_id).values(until_on=on))


async def read(connection: AsyncConnection, investor_id: UUID) -> Investor | None:
    """One investor."""
    found = await _all(connection, select(INVESTORS).where(INVESTORS.c.id == investor_id))
    return found[0] if found else None


async def of_space(connection: AsyncConnection, space_id: UUID) -> list[Investor]:
    """All who invest or invested in the residents of a space, by id."""
    return await _all(connection, select(INVESTORS).where(INVESTORS.c.space_id == space_id).order_by(INVESTORS.c.id))


async def find(
    connection: AsyncConnection, sight: Sight, *, space_id: UUID | None, after: UUID | None, limit: int
) -> list[Investor]:
    """Investors of spaces in sight, by id, at most ``limit``."""
    table = INVESTORS.c
    statement = select(INVESTORS).join(SPACES, SPACES.c.id == table.space_id).order_by(table.id).limit(limit)
    if space_id is not None:
        statement = statement.where(table.space_id == space_id)
    if after is not None:
        statement = statement.where(table.id > after)
    return await _all(connection, in_sight(statement, sight))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Investor]:
    return [
        Investor(
            id=row.id,
            space_id=row.space_id,
            organization_id=row.organization_id,
            fund=row.fund,
            fields=tuple(row.fields),
            managed=row.managed,
            period=Period(row.from_on, row.until_on),
        )
        for row in await connection.execute(statement)
    ]
