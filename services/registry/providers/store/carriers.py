"""Remembers which space carries an admission: as the wing of the spaces has it recognised."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.ground import Carrier, Recognised
from services.registry.spaces.domain.recognition import Recognition
from services.registry.spaces.store import recognitions, spaces


async def read(connection: AsyncConnection, space_id: UUID) -> Carrier | None:
    """A space with how it is and was recognised; None where there is no such space."""
    space = await spaces.read(connection, space_id)
    if space is None:
        return None
    known = (await recognitions.of_spaces(connection, [space_id]))[space_id]
    return Carrier(space.facts.operator_id, space.facts.kind.value, tuple(_recognised(one) for one in known))


def _recognised(one: Recognition) -> Recognised:
    """The day on which a recognition ended is no longer part of it."""
    until = None if one.end is None else one.end.on - timedelta(days=1)
    return Recognised(one.level.value, Period(one.decided_on, until))
