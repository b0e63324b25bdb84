"""Keeps up with the registry: a page and its cursor are stored in one transaction, never one without the other.

What cannot be true is not stored: from then on the registry is not believed, and not heard before a person asks for
everything anew, which is kept beside what is known until it is whole.
"""

import structlog

from services.chassis.background import over_and_over
from services.chassis.database import Database
from services.chassis.neighbours import NeighbourFailed
from services.voucher.directory.domain.change import Heard, Place
from services.voucher.directory.domain.trust import Lie, lie
from services.voucher.directory.neighbours import Registry, Rewound
from services.voucher.directory.store import feed, replay

POLL_SECONDS = 1.0
log = structlog.get_logger(__name__)


async def listen(database: Database, registry: Registry) -> bool:
    """Hear one page and store it; whether there is nothing more to hear just now.

    The call lies outside the transaction. A page that another reader was faster with is left out: its cursor has moved.
    Raises NeighbourFailed.
    """
    async with database.read() as connection:
        anew, place = await replay.place(connection), await feed.place(connection)
    if anew is not None:
        return await _hear_anew(database, registry, anew)
    if place is None:
        return True
    try:
        heard = await registry.changes(place)
    except Rewound:
        await _distrust(database, place, Lie.REWOUND)
        return True
    return await _keep(database, place, heard)


async def _keep(database: Database, place: Place, heard: Heard) -> bool:
    async with database.begin() as connection:
        if await feed.lock_place(connection) != place:
            return heard.complete
        names = [change.name for change in heard.changes]
        wrong = lie(heard, place, await feed.versions(connection, names) if place.cursor is not None else {})
        if wrong is None:
            await feed.keep(connection, heard.changes, cursor=heard.cursor, complete=heard.complete)
            return heard.complete
    await _distrust(database, place, wrong)
    return True


async def _distrust(database: Database, place: Place, wrong: Lie) -> None:
    async with database.begin() as connection:
        if await feed.lock_place(connection) == place:
            await feed.distrust(connection, wrong)
            log.error("directory.distrusted", why=wrong.value, cursor=place.cursor)


async def _hear_anew(database: Database, registry: Registry, place: Place) -> bool:
    """Hear one page from the beginning on, beside what is known; the last one puts it in its place."""
    try:
        heard = await registry.changes(place)
    except Rewound:
        return await _give_up(database, place, Lie.REWOUND)
    async with database.begin() as connection:
        if await replay.lock_place(connection) != place:
            return True
        wrong = lie(heard, place, await replay.versions(connection, [change.name for change in heard.changes]))
        if wrong is None:
            await replay.keep(connection, heard.changes, cursor=heard.cursor)
            if heard.complete:
                await replay.swap(connection)
                log.info("directory.heard_anew")
            return heard.complete
    return await _give_up(database, place, wrong)


async def _give_up(database: Database, place: Place, wrong: Lie) -> bool:
    async with database.begin() as connection:
        if await replay.lock_place(connection) == place:
            await replay.give_up(connection)
            await feed.distrust(connection, wrong)
            log.error("directory.distrusted", why=wrong.value, cursor=place.cursor)
    return True


async def keep_listening(database: Database, registry: Registry, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Listen until cancelled: at once again while there is more, else after a pause; a failure is logged."""

    async def heard() -> bool:
        try:
            return await listen(database, registry)
        except NeighbourFailed as failure:
            log.warning("directory.unheard", status=failure.status)
            return True

    await over_and_over(heard, failed="directory.failed", pause_seconds=poll_seconds)


async def faults(database: Database) -> list[str]:
    """What readiness says of the directory: that the registry is not believed, that it was silent for 15 minutes."""
    async with database.read() as connection:
        age = await feed.age(connection)
    distrusted = [] if age.distrusted is None else [f"directory: the registry is not believed ({age.distrusted})"]
    return distrusted + (["directory: not complete for 15 minutes"] if age.warns else [])
