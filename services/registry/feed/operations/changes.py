"""Reads the change feed, in an order that skips nothing."""

from services.chassis import events
from services.chassis.events import Entry
from services.registry.asked import Asked


async def read_changes(asked: Asked, *, after: str | None, limit: int) -> list[Entry]:
    """Changes after a cursor, oldest first, only those that no running transaction can still come before.

    Refusal ``page.cursor``: not one of ours, or of a history that was lost, behind which nothing would ever be heard.
    """
    async with asked.database.read() as connection:
        found = await events.read(connection, after=after, limit=limit)
        if after is not None and len(found) < limit:
            await events.end(connection, behind=after)
    return found
