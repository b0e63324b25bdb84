"""Remembers what the registry counts of spaces in the year that is assessed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.assessment.domain.consequence import last_day_of
from services.registry.spaces.domain.counting import Counted
from services.registry.spaces.store.counting import counted


async def of_year(connection: AsyncConnection, space_ids: Sequence[UUID], year: int) -> dict[UUID, Counted]:
    """What spaces come to in a calendar year, by space."""
    return await counted(connection, space_ids, date(year, 1, 1), last_day_of(year))
