"""Reads the change feed, in an order that skips nothing."""

from services.chassis import events
from services.chassis.events import Entry
from services.registry.operations.asked import Asked


async def read_changes(asked: Asked, *, after: str | None, limit: int) -> list[Entry]:
    """Changes after a cursor, oldest first, only those that no running transaction can still come before."""
    async with asked.database.read() as connection:
        return await events.read(connection, after=after, limit=limit)
