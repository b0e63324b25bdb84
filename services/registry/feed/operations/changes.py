"""Reads the change feed, in an order that skips nothing."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis import events
from services.chassis.events import Entry
from services.chassis.refusals import Refusal
from services.registry.asked import Asked


@dataclass(frozen=True)
class Told:
    """A page of changes, and the cursor of the last of all just before it was read: a page that ends sooner is cut."""

    entries: list[Entry]
    head: str


async def read_changes(asked: Asked, *, after: str | None, seen: UUID | None, limit: int) -> Told:
    """Changes after a cursor, oldest first, only those that no running transaction can still come before.

    seen: the event that the reader heard last. Refusal ``changes.rewound`` where another one, or none, is at his
    cursor: that is of a history that was lost, such as when a backup was restored. Refusal ``page.cursor``: not one of
    ours, or behind all there is, where nothing would ever be heard.
    """
    async with asked.database.read() as connection:
        if after is not None and seen is not None and await events.at(connection, after) != seen:
            raise Refusal("changes.rewound", pointer="/seen")
        head = await events.end(connection, behind=after)
        return Told(await events.read(connection, after=after, limit=limit), head)
