"""Keeps up with the registry: a page and its cursor are stored in one transaction, never one without the other."""

import asyncio

import structlog

from services.chassis.database import Database
from services.chassis.neighbours import NeighbourFailed
from services.voucher.directory.neighbours import Heard, Registry
from services.voucher.directory.store import feed

POLL_SECONDS = 1.0
log = structlog.get_logger(__name__)


async def listen(database: Database, registry: Registry) -> bool:
    """Hear one page and store it; whether the directory is now complete.

    The call lies outside the transaction. A page that another reader was faster with is left out: its cursor has moved.
    Raises NeighbourFailed.
    """
    async with database.read() as connection:
        after = await feed.cursor(connection)
    heard = await registry.changes(after)
    await _keep(database, after, heard)
    return heard.complete


async def _keep(database: Database, after: str | None, heard: Heard) -> None:
    async with database.begin() as connection:
        if await feed.lock_cursor(connection) == after:
            await feed.keep(connection, heard.changes, cursor=heard.cursor, complete=heard.complete)


async def keep_listening(database: Database, registry: Registry, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Listen until cancelled: at once again while there is more, else after a pause; a failure is logged."""
    while True:
        complete = True
        try:
            complete = await listen(database, registry)
        except NeighbourFailed as failure:
            log.warning("directory.unheard", status=failure.status)
        except Exception:
            log.exception("directory.failed")
        if complete:
            await asyncio.sleep(poll_seconds)


async def faults(database: Database) -> list[str]:
    """What readiness says of the directory: nothing, or that it was not complete for more than 15 minutes."""
    async with database.read() as connection:
        age = await feed.age(connection)
    return ["directory: not complete for 15 minutes"] if age.warns else []
