"""Decides which space an operation may lock or read: only one that whoever asks may see."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.parties.store import organizations
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store import spaces


async def hold_space(
    connection: AsyncConnection, asked: Asked, space_id: UUID, *, also: UUID | None = None
) -> tuple[Space, Collection[UUID]]:
    """Lock a space that the caller may see, after its operator and one more organisation.

    Gives the space and which organisations are locked; NotFound ``space.unknown``.
    """
    seen = await see_space(connection, asked, space_id)
    wanted = [seen.facts.operator_id] if also is None else [seen.facts.operator_id, also]
    held = await organizations.lock(connection, wanted)
    return await spaces.lock(connection, space_id), held.keys()


async def see_space(connection: AsyncConnection, asked: Asked, space_id: UUID) -> Space:
    """Read a space that the caller may see: his organisation runs it, or it lies in his region."""
    space = await spaces.read(connection, space_id)
    if space is None:
        raise NotFound("space.unknown")
    asked.permit.require("space.unknown", organizations=[space.facts.operator_id], region=space.facts.region)
    return space
