"""Remembers how the providers of a page were rated, in one statement however many they are."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.providers.domain.rating import Tally
from services.registry.providers.store.ratings import RATINGS


async def of_providers(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, dict[str, Tally]]:
    """How many ratings each has, and of how many stars, by category; those without any are left out."""
    table = RATINGS.c
    sums = func.count().label("many"), func.sum(table.stars).label("stars")
    statement = select(table.provider_id, table.category, *sums).where(table.provider_id.in_(ids))
    found: dict[UUID, dict[str, Tally]] = {}
    for row in await connection.execute(statement.group_by(table.provider_id, table.category)):
        found.setdefault(row.provider_id, {})[row.category] = Tally(row.many, int(row.stars))
    return found
