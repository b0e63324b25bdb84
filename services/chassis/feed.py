"""Decides when those who wait for events look again: one listener per process and database rings for whom they concern.

See docs/event-feed-cycle.md and docs/decisions/0018-the-feed-wakes-its-readers.md.
"""

import asyncio
import math
import time
from collections import Counter as Tally
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import POOL_WAIT_SECONDS, Database
from services.chassis.refusals import Refusal

LOOK_SECONDS = 2.0
"""After how long it looks without having been told: a notification may be lost with the process that owes it."""
HIDDEN_SECONDS = 0.05
"""The same while something is committed and stands behind a transaction that still runs."""
PACE_SECONDS = 0.02
"""Between two looks and between two notifications, however many events there are."""
READER_PACE_SECONDS = 0.25
"""Between two times that one reader looks, however often something concerns him; what comes meanwhile is together."""
READING_MAX = 2
"""How many look at once; they share the connections, and the one thread, of those who redeem."""
AGAIN_SECONDS = 0.5
ROUND_SECONDS = 10.0
"""A connection on which one round takes longer is given up."""
WAITING_MAX, WAITING_OF_CALLER_MAX = 1_000, 8

CONNECTED = Gauge("innovoucher_feed_connected", "Whether this process is told of events.", ["schema", "database"])
WAITING = Gauge("innovoucher_feed_waiting", "Readers that wait for events, polls and streams.", ["schema", "database"])
NEVER = 2**63
"""No transaction has this number."""
log = structlog.get_logger(__name__)

NOTIFY = text("SELECT pg_notify(:channel, '')")
LOOK = text(
    """
    SELECT seen.horizon,
           (SELECT coalesce(place, xact) FROM events ORDER BY coalesce(place, xact) DESC, position DESC LIMIT 1)
               > seen.horizon AS hidden,
           new.number > 0 AS anything, new.audience
    FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) AS seen,
    LATERAL (
        SELECT count(*) AS number, array_agg(DISTINCT organization) AS audience
        FROM events LEFT JOIN unnest(audience) AS organization ON true
        WHERE coalesce(place, xact) > CAST(CAST(:since AS text) AS xid8) AND coalesce(place, xact) <= seen.horizon
    ) AS new
    """
)


@dataclass(eq=False)
class Bell:
    """Rings when there may be something new for an organisation; None: for anybody."""

    organization: UUID | None
    feed: "Feed"
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    _looked: float = -math.inf

    async def wait(self, seconds: float) -> bool:
        """Whether to look again: it rang within so many seconds, or nobody is there to ring it."""
        try:
            async with asyncio.timeout(seconds):
                await self.rung.wait()
                await self.pace()
        except TimeoutError:
            return not self.feed.told
        self.rung.clear()
        return True

    async def pace(self) -> None:
        """Wait until this reader may look again, which he then does."""
        await asyncio.sleep(max(0.0, self._looked + READER_PACE_SECONDS - time.monotonic()))
        self._looked = time.monotonic()


class Feed:
    """The listener of one database. It holds the one connection that events are heard of with, and tells of its own.

    told: whether it is connected; closed: it ends, and so does whoever waits.
    """

    def __init__(self, database: Database) -> None:
        self.told = self.closed = False
        self._followed = False
        self._reading = asyncio.Semaphore(READING_MAX)
        self._database = database
        self._bells: set[Bell] = set()
        self._callers: Tally[str] = Tally()
        self._channel = f"innovoucher_{database.schema}_events"
        self._wake = asyncio.Event()
        self._owes = False
        self._since: int | None = None
        names = database.schema, str(database.engine.url.database)
        self._connected = CONNECTED.labels(*names)
        WAITING.labels(*names).set_function(lambda: len(self._bells))
        database.hears.append(self.announce)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._bells)

    def announce(self) -> None:
        """A transaction of this process has committed events: whoever waits, here or elsewhere, is to be told."""
        self._owes = True
        self._wake.set()

    @contextmanager
    def bell(self, caller: str, organization: UUID | None) -> Generator[Bell]:
        """A bell for as long as the block: look first, then wait, and nothing between the two is missed.

        Refusal ``feed.waiting`` for a caller that waits too often already, ``service.unavailable`` when all do, or when
        nobody is there to ring it and never was: `follow` belongs to what runs beside the app.
        """
        if self._callers[caller] >= WAITING_OF_CALLER_MAX:
            raise Refusal("feed.waiting", numbers={"most": WAITING_OF_CALLER_MAX})
        if len(self._bells) >= WAITING_MAX or self.closed or not self._followed:
            raise Refusal("service.unavailable")
        bell = Bell(organization, self)
        self._bells.add(bell)
        self._callers[caller] += 1
        self._wake.set()
        try:
            yield bell
        finally:
            self._bells.discard(bell)
            self._callers[caller] -= 1
            if not self._callers[caller]:
                del self._callers[caller]

    @asynccontextmanager
    async def look(self) -> AsyncGenerator[AsyncConnection]:
        """A snapshot to read a page of, for few at a time; Refusal ``service.unavailable`` when it takes too long."""
        try:
            async with asyncio.timeout(POOL_WAIT_SECONDS):
                await self._reading.acquire()
        except TimeoutError:
            raise Refusal("service.unavailable") from None
        try:
            async with self._database.read() as connection:
                yield connection
        finally:
            self._reading.release()

    async def follow(self) -> None:
        """Listen until cancelled; a connection that broke is made anew, and then everybody looks."""
        self._followed = True
        while True:
            try:
                async with self._database.apart() as connection:
                    await self._listen(connection)
            except Exception:
                log.warning("feed.unheard", schema=self._database.schema, exc_info=True)
            finally:
                self.told = False
                self._connected.set(0)
            await asyncio.sleep(AGAIN_SECONDS)

    async def close(self) -> None:
        """Let everybody who waits go."""
        self.closed = True
        self._ring(None)

    async def _listen(self, connection: AsyncConnection) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        mine = driver.get_server_pid()

        def heard(_: Any, pid: int, *__: Any) -> None:
            if pid != mine:
                self._wake.set()

        driver.add_termination_listener(lambda _: self._wake.set())
        await driver.add_listener(self._channel, heard)
        self.told, self._since = True, None
        self._connected.set(1)
        while True:
            self._wake.clear()
            async with asyncio.timeout(ROUND_SECONDS):
                await self._tell(connection)
                hidden = await self._look(connection)
            await asyncio.sleep(PACE_SECONDS)
            await self._pause(HIDDEN_SECONDS if hidden else LOOK_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _tell(self, connection: AsyncConnection) -> None:
        """One notification for all that was committed since the last; if it fails it is still owed."""
        if self._owes:
            self._owes = False
            try:
                await connection.execute(NOTIFY, {"channel": self._channel})
            except BaseException:
                self._owes = True
                raise

    async def _look(self, connection: AsyncConnection) -> bool:
        """Ring for all whom something new concerns; whether something is committed that cannot be read yet.

        While nobody waits it does not look; the first who comes is rung for, whatever there is.
        """
        if not self._bells:
            self._since = None
            return False
        since = NEVER if self._since is None else self._since
        found = (await connection.execute(LOOK, {"since": str(since)})).one()
        if self._since is None:
            self._ring(None)
        elif found.anything:
            self._ring(frozenset(found.audience))
        self._since = int(found.horizon)
        return bool(found.hidden)

    def _ring(self, organizations: frozenset[UUID] | None) -> None:
        for bell in self._bells:
            if organizations is None or bell.organization is None or bell.organization in organizations:
                bell.rung.set()


def event_feed(database: Database) -> Feed:
    """The one of a database in this process."""
    return database.keep("feed", lambda: Feed(database))
