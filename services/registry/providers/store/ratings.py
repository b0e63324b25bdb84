"""Remembers how holders rated accepted work, each redemption once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.providers.domain.rating import TOLD_BY, Rating, Tally
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


async def lock_providers(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these providers there are; the ratings of each are recorded one after the other."""
    locked = select(PROVIDERS.c.id).where(PROVIDERS.c.id.in_(ids)).order_by(PROVIDERS.c.id)
    return set((await connection.execute(locked.with_for_update(key_share=True))).scalars())


async def known_providers(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these providers there are."""
    return set((await connection.execute(select(PROVIDERS.c.id).where(PROVIDERS.c.id.in_(ids)))).scalars())


async def tallies(connection: AsyncConnection, providers: Collection[UUID]) -> dict[UUID, dict[str, Tally]]:
    """By provider and category the ratings that are told: the first five, ten, and so on, as they were recorded.

    Whoever has fewer in every category is left out.
    """
    table = RATINGS.c
    partition = (table.provider_id, table.category)
    number = func.row_number().over(partition_by=partition, order_by=(table.recorded_at, table.redemption))
    whole = func.count().over(partition_by=partition)
    numbered = select(*partition, table.stars, number.label("number"), whole.label("whole"))
    one = numbered.where(table.provider_id.in_(providers)).subquery().c
    sums = func.count().label("many"), func.sum(one.stars).label("stars")
    told = select(one.provider_id, one.category, *sums).where(one.number <= one.whole - one.whole % TOLD_BY)
    found: dict[UUID, dict[str, Tally]] = {}
    for row in await connection.execute(told.group_by(one.provider_id, one.category)):
        found.setdefault(row.provider_id, {})[row.category] = Tally(row.many, int(row.stars))
    return found
