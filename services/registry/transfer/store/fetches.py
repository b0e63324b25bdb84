"""Remembers looks for extracts of official registers, and which days the house has taken in by itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.transfer.domain.fetching import Fetch, FetchOutcome
from services.registry.transfer.store.imports import IMPORTS
from services.registry.transfer.store.tables import RegisterFetches

FETCHES = RegisterFetches.__table__
HOUSE = "register.fetch"
"""Who orders what is fetched: the house itself, by this timer; the index on the days of its imports names it too."""


async def add(connection: AsyncConnection, one: Fetch) -> None:
    """Record that a look is ordered; IntegrityError when another was as of the same instant."""
    told = {"due_at": one.due_at, "ordered_at": one.ordered_at, "job_id": one.job_id}
    await connection.execute(insert(FETCHES).values(told))


async def last(connection: AsyncConnection) -> Fetch | None:
    """The newest look, None before the first."""
    row = (await connection.execute(select(FETCHES).order_by(FETCHES.c.due_at.desc()).limit(1))).one_or_none()
    return None if row is None else _fetch(row)


async def known(connection: AsyncConnection, due_at: datetime) -> Fetch:
    """One look that is known to be there."""
    return _fetch((await connection.execute(select(FETCHES).where(FETCHES.c.due_at == due_at))).one())


async def end(connection: AsyncConnection, one: Fetch) -> None:
    """Write down what a look came to."""
    told = {"day": one.day, "why": one.why, "import_id": one.import_id, "ended_at": one.ended_at}
    await connection.execute(update(FETCHES).where(FETCHES.c.due_at == one.due_at).values(outcome=one.outcome, **told))


async def taken_days(connection: AsyncConnection) -> set[date]:
    """The days whose extract the house has fetched, whatever became of its import."""
    days = await connection.execute(select(IMPORTS.c.as_of).where(IMPORTS.c.requested_by == HOUSE))
    return set(days.scalars())


def _fetch(row: Any) -> Fetch:
    told = {name: getattr(row, name) for name in Fetch.__dataclass_fields__}
    return Fetch(**{**told, "outcome": None if row.outcome is None else FetchOutcome(row.outcome)})
