"""Remembers a page of the registry's feed together with its cursor, and tells how old the directory is."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store.tables import DirectoryFacts, DirectoryFeed

FACTS = DirectoryFacts.__table__
FEED = DirectoryFeed.__table__
_NAMES = ("kind", "key", "provider", "document")
_GIVEN = bulk.given(FACTS, _NAMES)
_NEW = insert(FACTS).from_select(_NAMES, select(*_GIVEN.c), include_defaults=False)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["kind", "key"],
    set_={name: _NEW.excluded[name] for name in ("provider", "document")},
)


async def lock_cursor(connection: AsyncConnection) -> str | None:
    """Where to read on; held until the transaction ends, so that two readers do not cross."""
    found: str | None = (await connection.execute(select(FEED.c.cursor).with_for_update(key_share=True))).scalar_one()
    return found


async def cursor(connection: AsyncConnection) -> str | None:
    """Where to read on."""
    found: str | None = (await connection.execute(select(FEED.c.cursor))).scalar_one()
    return found


async def keep(connection: AsyncConnection, changes: Sequence[Change], *, cursor: str | None, complete: bool) -> None:
    """Store a page and its cursor; the last document of a thing in it counts. complete: nothing was left behind it."""
    latest = {(change.kind, change.key): change for change in changes}
    rows = [{name: getattr(change, name) for name in _NAMES} for change in latest.values()]
    if rows:
        await connection.execute(_KEEP, bulk.told(FACTS, rows))
    heard = {"heard_at": func.clock_timestamp()} if complete else {}
    await connection.execute(update(FEED).values(cursor=cursor, **heard))


async def age(connection: AsyncConnection) -> Age:
    """How long ago that was, by the database's real clock."""
    since = select(func.clock_timestamp() - FEED.c.heard_at)
    return Age((await connection.execute(since)).scalar_one())
