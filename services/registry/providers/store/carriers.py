"""Remembers which space carries an admission: as the wing of the spaces has it recognised."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.ground import Carrier, Recognised
from services.registry.spaces.store import spaces
from services.registry.spaces.store.tables import Recognitions

RECOGNITIONS = Recognitions.__table__


async def read(connection: AsyncConnection, space_id: UUID) -> Carrier | None:
    """A space with how it is and was recognised; the day on which a recognition ended is no longer part of it."""
    space = await spaces.read(connection, space_id)
    if space is None:
        return None
    table = RECOGNITIONS.c
    statement = select(table.level, table.decided_on, table.ended_on).where(table.space_id == space_id)
    recognised = [
        Recognised(
            row.level, Period(row.decided_on, None if row.ended_on is None else row.ended_on - timedelta(days=1))
        )
        for row in await connection.execute(statement)
    ]
    return Carrier(space.facts.operator_id, space.facts.kind.value, tuple(recognised))
