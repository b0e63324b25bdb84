"""Remembers how holders rated accepted work, each redemption once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.providers.domain.rating import Rating, Tally
from services.registry.providers.store.providers import PROVIDERS
from services.registry.providers.store.tables import Ratings

RATINGS = Ratings.__table__


async def add_new(connection: AsyncConnection, ratings: Sequence[Rating], *, at: datetime) -> int:
    """Record those ratings whose redemption was not rated yet; gives how many. The first word counts."""
    if not ratings:
        return 0
    rows = [{**vars(one), "recorded_at": at} for one in ratings]
    statement = insert(RATINGS).values(rows).on_conflict_do_nothing().returning(RATINGS.c.redemption)
    return len((await connection.execute(statement)).all())


async def known_providers(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these providers there are."""
    return set((await connection.execute(select(PROVIDERS.c.id).where(PROVIDERS.c.id.in_(ids)))).scalars())


async def tallies(connection: AsyncConnection, provider_id: UUID) -> dict[str, Tally]:
    """How many ratings a provider has, and of how many stars, by category."""
    table = RATINGS.c
    statement = select(table.category, func.count().label("many"), func.sum(table.stars).label("stars"))
    rows = await connection.execute(statement.where(table.provider_id == provider_id).group_by(table.category))
    return {row.category: Tally(row.many, int(row.stars)) for row in rows}
