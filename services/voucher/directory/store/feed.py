"""Remembers a page of the registry's feed with its place, how old the directory is, and whether it is believed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, Text, cast, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.change import Change, Place
from services.voucher.directory.store.tables import DirectoryFacts, DirectoryFeed

FACTS = DirectoryFacts.__table__
FEED = DirectoryFeed.__table__
NAMES = ("kind", "key", "provider", "document")
_GIVEN = bulk.given(FACTS, NAMES)
_NEW = insert(FACTS).from_select(NAMES, select(*_GIVEN.c), include_defaults=False)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["kind", "key"],
    set_={name: _NEW.excluded[name] for name in ("provider", "document")},
)
REAL_NOW = func.clock_timestamp()
"""Real time: how old the directory is does not hang on the business clock."""
STANDS_AT = FEED.c.cursor + literal("#") + cast(FEED.c.replays, Text)
"""What is known, by its last change; after everything was heard anew a cursor may come again and mean another."""


async def lock_place(connection: AsyncConnection) -> Place | None:
    """Where to read on, held until the transaction ends, so that two readers do not cross; None while distrusted."""
    return _place((await connection.execute(select(FEED).with_for_update(key_share=True))).one())


async def place(connection: AsyncConnection) -> Place | None:
    """Where to read on; None while the registry is not believed."""
    return _place((await connection.execute(select(FEED))).one())


def _place(row: Any) -> Place | None:
    return None if row.distrusted_since is not None else Place(row.cursor, row.event)


async def versions(connection: AsyncConnection, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How often those of these things that count had changed by what is known."""
    version = FACTS.c.document["version"].astext
    statement = select(FACTS.c.kind, FACTS.c.key, cast(version, BigInteger)).where(
        tuple_(FACTS.c.kind, FACTS.c.key).in_(names), version.is_not(None)
    )
    return {(kind, key): number for kind, key, number in await connection.execute(statement)} if names else {}


async def keep(connection: AsyncConnection, changes: Sequence[Change], *, cursor: str | None, complete: bool) -> None:
    """Store a page and its cursor; the last document of a thing in it counts. complete: nothing was left behind it."""
    rows = latest(changes)
    if rows:
        await connection.execute(_KEEP, bulk.told(FACTS, rows))
    heard = {"heard_at": REAL_NOW} if complete else {}
    event = {"event": changes[-1].event} if changes else {}
    await connection.execute(update(FEED).values(cursor=cursor, **event, **heard))


def latest(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The last change of each thing, as rows."""
    last = {change.name: change for change in changes}
    return [{name: getattr(change, name) for name in NAMES} for change in last.values()]


async def distrust(connection: AsyncConnection, why: str) -> None:
    """Note that the registry is not believed, since now by the database's real clock unless it was noted before."""
    since = func.coalesce(FEED.c.distrusted_since, REAL_NOW)
    noted = {"distrusted_since": since, "distrusted_why": func.coalesce(FEED.c.distrusted_why, why)}
    await connection.execute(update(FEED).values(noted))


async def age(connection: AsyncConnection) -> Age:
    """How long ago that was, by the database's real clock, and whether it is believed."""
    since = select(REAL_NOW - FEED.c.heard_at, FEED.c.distrusted_why)
    return Age(*(await connection.execute(since)).one())
