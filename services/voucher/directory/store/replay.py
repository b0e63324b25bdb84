"""Remembers everything as it is heard anew beside what is known, until it is whole and takes its place at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, cast, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.directory.domain.change import Change, Place
from services.voucher.directory.store.feed import FACTS, FEED, NAMES, REAL_NOW, latest
from services.voucher.directory.store.tables import DirectoryReplay

REPLAY = DirectoryReplay.__table__
_CHANGING = ("provider", "document")
_GIVEN = bulk.given(REPLAY, NAMES)
_NEW = insert(REPLAY).from_select(NAMES, select(*_GIVEN.c), include_defaults=False)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["kind", "key"], set_={name: _NEW.excluded[name] for name in _CHANGING}
)
_SWAP = insert(FACTS).from_select(NAMES, select(*(REPLAY.c[name] for name in NAMES)), include_defaults=False)


@dataclass(frozen=True, slots=True)
class FeedState:
    """How the directory stands to the registry. Times are real, UTC; heard_anew: how many things of a replay so far."""

    heard_at: datetime | None
    distrusted_since: datetime | None
    distrusted_why: str | None
    replay_asked_at: datetime | None
    replays: int
    known: int
    heard_anew: int


async def state(connection: AsyncConnection) -> FeedState:
    """How the directory stands to the registry."""
    known = select(func.count()).select_from(FACTS).scalar_subquery()
    anew = select(func.count()).select_from(REPLAY).scalar_subquery()
    told = (FEED.c[name] for name in list(FeedState.__dataclass_fields__)[:5])
    row = (await connection.execute(select(*told, known, anew))).one()
    return FeedState(*tuple(row))


async def ask(connection: AsyncConnection) -> None:
    """Have everything heard anew from the beginning; what an earlier try heard is forgotten."""
    await connection.execute(delete(REPLAY))
    begun = {"replay_asked_at": REAL_NOW, "replay_cursor": None, "replay_event": None}
    await connection.execute(update(FEED).values(begun))


async def place(connection: AsyncConnection) -> Place | None:
    """How far everything is heard anew; None while nobody asked for it."""
    return _place((await connection.execute(select(FEED))).one())


async def lock_place(connection: AsyncConnection) -> Place | None:
    """The same, held until the transaction ends."""
    return _place((await connection.execute(select(FEED).with_for_update(key_share=True))).one())


def _place(row: Any) -> Place | None:
    return None if row.replay_asked_at is None else Place(row.replay_cursor, row.replay_event)


async def versions(connection: AsyncConnection, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How often those of these things that count had changed by what was heard anew."""
    version = REPLAY.c.document["version"].astext
    statement = select(REPLAY.c.kind, REPLAY.c.key, cast(version, BigInteger)).where(
        tuple_(REPLAY.c.kind, REPLAY.c.key).in_(names), version.is_not(None)
    )
    return {(kind, key): number for kind, key, number in await connection.execute(statement)} if names else {}


async def keep(connection: AsyncConnection, changes: Sequence[Change], *, cursor: str | None) -> None:
    """Store a page beside what is known."""
    if changes:
        await connection.execute(_KEEP, bulk.told(REPLAY, latest(changes)))
        await connection.execute(update(FEED).values(replay_cursor=cursor, replay_event=changes[-1].event))


async def give_up(connection: AsyncConnection) -> None:
    """Hear nothing anew any more: what is told from the beginning cannot be true either."""
    await connection.execute(delete(REPLAY))
    await connection.execute(update(FEED).values(replay_asked_at=None, replay_cursor=None, replay_event=None))


async def swap(connection: AsyncConnection) -> None:
    """Put what was heard anew in the place of what is known, and believe the registry again.

    What says the same stays untouched, so that nobody takes it for news.
    """
    told = exists().where(REPLAY.c.kind == FACTS.c.kind, REPLAY.c.key == FACTS.c.key)
    await connection.execute(delete(FACTS).where(~told))
    changed = _SWAP.on_conflict_do_update(
        index_elements=["kind", "key"],
        set_={name: _SWAP.excluded[name] for name in _CHANGING},
        where=FACTS.c.document.is_distinct_from(_SWAP.excluded.document),
    )
    await connection.execute(changed)
    await connection.execute(delete(REPLAY))
    trusted = {"distrusted_since": None, "distrusted_why": None, "replay_asked_at": None}
    there = {"cursor": FEED.c.replay_cursor, "event": FEED.c.replay_event, "heard_at": REAL_NOW}
    over = {"replay_cursor": None, "replay_event": None, "replays": FEED.c.replays + 1}
    await connection.execute(update(FEED).values({**trusted, **there, **over}))
