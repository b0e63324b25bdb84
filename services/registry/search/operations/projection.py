"""Keeps up with the registry's own feed: entries and cursor are stored in one transaction, never one without the other.

Whoever writes knows nothing of searches. See docs/decisions/0025-search-reads-the-feed.md.
"""

import asyncio
from collections.abc import Iterable

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.watching import Kind, Reading
from services.registry.search.domain.entry import entries_of
from services.registry.search.store import entries

BATCH = 100
"""Changes that are read in one transaction: their names are spelled meanwhile, a fraction of a millisecond each."""
POLL_SECONDS = 1.0
WAITING = Kind("innovoucher_search_waiting", "Changes that a search does not know of yet, 1,000 at the most.")
log = structlog.get_logger(__name__)


async def read_on(database: Database) -> int:
    """Take in the next changes; how many there were. None while another process is at it."""
    async with database.begin() as connection:
        mine, after = await entries.lock_cursor(connection)
        found = await entries.changes(connection, after, BATCH) if mine else []
        if found:
            trees = await entries.trees(connection)
            changed = (entries_of(one.event.subject_kind, one.event.data, trees) for one in found)
            await entries.keep(connection, [entry for some in changed for entry in some])
            await entries.move_cursor(connection, found[-1].cursor)
    return len(found)


async def keep_reading(database: Database, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Read until cancelled: at once again while there is more or when this process has written, else after a pause.

    A failure is logged, and what was read is read again.
    """
    news = asyncio.Event()
    database.hears.append(news.set)
    try:
        while True:
            news.clear()
            if await _tried(database) < BATCH:
                await _pause(news, poll_seconds)
    finally:
        database.hears.remove(news.set)


async def at_search(connection: AsyncConnection) -> Iterable[Reading]:
    """How much the search is behind, for those who watch."""
    return [Reading(WAITING, await entries.waiting(connection))]


async def _tried(database: Database) -> int:
    try:
        return await read_on(database)
    except Exception:
        log.exception("search.failed")
        return 0


async def _pause(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return
