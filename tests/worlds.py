"""Remembers worlds: databases in which a story was played once per worker, cloned for each test that begins there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from services.chassis import clock
from services.chassis.database import Database
from tests import databases
from tests.databases import TestServer, Urls

if TYPE_CHECKING:
    from tests.conftest import SetClock

T = TypeVar("T")
Story = Callable[[Database, "SetClock"], Awaitable[T]]
"""Puts something into an empty house of the voucher service, and gives what tests speak to it by."""


@dataclass(frozen=True)
class World:
    """How a story ended: where it is kept, when that was, what it gave, and the database of which that knows."""

    template: str
    now: datetime
    played_in: Database
    made: Any


@dataclass(frozen=True)
class Worlds:
    """Those of one worker."""

    server: TestServer
    known: dict[Story[Any], World] = field(default_factory=dict)

    async def begin(self, urls: Urls, database: Database, story: Story[T]) -> T:
        """Make a test's database, which nobody has used yet, what it was at the end of a story; what the story gave.

        What it gave is copied, and speaks to this database instead of the one in which the story was played.
        """
        if story not in self.known:
            self.known[story] = await self._played(story)
        world = self.known[story]
        await self.server.refill(urls, world.template)
        await databases.set_clock(urls.owner, world.now)
        made: T = deepcopy(world.made, {id(world.played_in): database})
        return made

    async def _played(self, story: Story[Any]) -> World:
        urls = await self.server.clone()

        async def set_clock(instant: datetime) -> None:
            await databases.set_clock(urls.owner, instant)

        database = Database(urls.voucher, "voucher")
        made = await story(database, set_clock)
        async with database.read() as connection:
            now = await clock.business_now(connection)
        await database.dispose()
        return World(urls.name, now, database, made)
