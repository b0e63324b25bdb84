"""Decides which of all processes does what only one may do: who holds its office, by a lease in the database.

See docs/decisions/0014-one-elected-worker.md.
"""

import os
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database, Deposed
from services.chassis.tables import Leases

LEASES = Leases.__table__
LEASE = timedelta(seconds=15)
RENEW_SECONDS = LEASE.total_seconds() / 3
STAND_SECONDS = 1.0
HELD = Gauge("innovoucher_office_held", "Whether this process holds an office.", ["office", "schema", "database"])
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Term:
    """One holder's time in an office, told from all others by its fence, which only grows."""

    office: str
    fence: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an office, and since when (real time, UTC)."""

    name: str
    since: datetime


class Fenced(Database):
    """A database as the holder of an office writes to it.

    Each transaction begins by renewing the lease and keeps it locked to its end, so that nobody takes the office over
    from under it; Deposed when somebody has, and then nothing is written.
    """

    def __init__(self, database: Database, term: Term) -> None:
        vars(self).update(vars(database))  # its connections, and the very things that it keeps one of and rings
        self.term = term

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction of the holder: committed when the block ends, rolled back when it raises. Deposed."""
        async with super().begin() as connection:
            await _renew(connection, self.term)
            yield connection


class Office:
    """One process's candidature for an office of one database.

    A lease lasts 15 seconds of real time, and every transaction of its holder prolongs it. A holder that is stopped
    resigns; one that died is replaced when its lease is over; one that slept on finds its fence gone.
    """

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name
        self.fenced: Fenced | None = None
        self._ask_at = 0.0
        self._shown = HELD.labels(name, database.schema, database.engine.url.database)

    async def held(self) -> Fenced | None:
        """The database as the office's holder writes to it; None while another process holds it.

        Asks the database every few seconds only: whoever writes is asked anyhow.
        """
        if time.monotonic() >= self._ask_at:
            if self.fenced is not None:
                await self._prolong(self.fenced)
            if self.fenced is None:
                await self._stand()
            self._ask_at = time.monotonic() + (STAND_SECONDS if self.fenced is None else RENEW_SECONDS)
        return self.fenced

    def lost(self) -> None:
        """Another process holds it now: a transaction said so."""
        log.warning("office.lost", office=self.name, schema=self.database.schema)
        self._now(None)

    async def resign(self) -> None:
        """Leave the office to whoever asks next; when that fails, the lease ends by itself."""
        if self.fenced is not None:
            fenced = self.fenced
            self._now(None)
            try:
                async with fenced.begin() as connection:
                    mine = update(LEASES).where(LEASES.c.name == self.name)
                    await connection.execute(mine.values(held_until=func.clock_timestamp()))
            except Exception:
                log.exception("office.left", office=self.name, schema=self.database.schema)

    async def _prolong(self, fenced: Fenced) -> None:
        try:
            async with fenced.begin():
                pass
        except Deposed:
            self.lost()

    async def _stand(self) -> None:
        async with self.database.begin() as connection:
            fence = await _take(connection, self.name, f"{socket.gethostname()}:{os.getpid()}")
        if fence is not None:
            log.debug("office.taken", office=self.name, schema=self.database.schema, fence=fence)
            self._now(Fenced(self.database, Term(self.name, fence)))

    def _now(self, fenced: Fenced | None) -> None:
        self.fenced, self._ask_at = fenced, 0.0
        self._shown.set(fenced is not None)


async def holder(connection: AsyncConnection, office: str) -> Holder | None:
    """Who holds an office now; None when nobody does."""
    statement = select(LEASES.c.holder, LEASES.c.held_since).where(LEASES.c.name == office, ~_over())
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Holder(row.holder, row.held_since)


async def _take(connection: AsyncConnection, office: str, name: str) -> int | None:
    """The fence of a new term when nobody holds the office, and nobody writes in its name just now."""
    now = func.clock_timestamp()
    mine = {"holder": name, "held_since": now, "held_until": now + LEASE}
    free = (
        select(LEASES.c.name)
        .where(LEASES.c.name == office, _over())
        .with_for_update(key_share=True, skip_locked=True)
        .scalar_subquery()
    )
    following = update(LEASES).where(LEASES.c.name == free).values(fence=LEASES.c.fence + 1, **mine)
    known = (await connection.execute(select(LEASES.c.fence).where(LEASES.c.name == office))).one_or_none()
    # an insertion would wait for whoever prolongs the lease, so there is only ever the first
    founding = insert(LEASES).values(name=office, fence=1, **mine).on_conflict_do_nothing()
    statement = founding.returning(LEASES.c.fence) if known is None else following.returning(LEASES.c.fence)
    fence: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return fence


async def _renew(connection: AsyncConnection, term: Term) -> None:
    """Prolong a term, and keep its row locked until the transaction ends; Deposed when another one has begun."""
    statement = (
        update(LEASES)
        .where(LEASES.c.name == term.office, LEASES.c.fence == term.fence)
        .values(held_until=func.clock_timestamp() + LEASE)
    )
    if (await connection.execute(statement)).rowcount == 0:
        raise Deposed(term.office)


def _over() -> ColumnElement[bool]:
    return LEASES.c.held_until <= func.clock_timestamp()
