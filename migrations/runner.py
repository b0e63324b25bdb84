"""Plays the four histories against a database, and tells how far each of them has come."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from migrations.clock_mode import LIVE, ClockMode
from migrations.schemas import FOLDER, HISTORIES

ONE_AT_A_TIME = 7_204_118_552_071_303
"""The advisory lock that two migrating processes share, so that the second waits and then finds nothing to do."""
ASK_SECONDS = 0.2
TRIES, AGAIN_SECONDS = 5, 1.0
"""Between two tries whoever queues behind the locks that a migration has taken goes on."""
IN_THE_WAY = frozenset({"40P01", "55P03"})
"""SQLSTATE of a deadlock, and of a lock that was waited for too long: whoever works beside it was in the way."""


@dataclass(frozen=True)
class Standing:
    """Where a history stands in a database; ``current`` is None before its first migration."""

    history: str
    current: str | None
    head: str | None

    @property
    def at_head(self) -> bool:
        return self.current == self.head

    @property
    def ahead(self) -> bool:
        """Later code has been here: it only added, so this one can go on (docs/decisions/0020)."""
        return self.current is not None and (self.head is None or self.current > self.head)


def configuration(history: str, **attributes: Any) -> Config:
    """Alembic's configuration of one history; what alembic prints is swallowed."""
    config = Config(stdout=io.StringIO(), attributes={"history": history, **attributes})
    config.set_main_option("script_location", _escaped(str(FOLDER)))
    config.set_main_option("version_locations", _escaped(str(FOLDER / history / "versions")))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def head(history: str) -> str | None:
    """The newest migration of a history, None while it has none."""
    return ScriptDirectory.from_config(configuration(history)).get_current_head()


async def upgrade(url: str, clock: ClockMode = LIVE) -> None:
    """Bring every history to its head; one that is ahead stays. ``clock`` counts only when the database is made now.

    A migration that finds others in its way is tried again, five times in all: what was done before it stays done.
    """
    async with _exclusive(url) as connection:
        for history in HISTORIES:
            standing = await _standing(connection, history)
            if standing.head is not None and not standing.ahead:
                await _insist(connection, history, lambda config: command.upgrade(config, "head"), clock)


async def downgrade(url: str) -> None:
    """Take every history back to nothing, the last one first."""
    async with _exclusive(url) as connection:
        for history in reversed(HISTORIES):
            if head(history) is not None:
                await _play(connection, history, lambda config: command.downgrade(config, "base"))


async def check(url: str) -> None:
    """Compare what the code declares with what the migrations made; alembic's CommandError names the difference."""
    async with _exclusive(url) as connection:
        for history in HISTORIES[1:]:
            if head(history) is not None:
                await _play(connection, history, command.check)


async def write(url: str, history: str, message: str) -> str:
    """Write the next numbered migration from what the code declares and this database lacks; the path of the file."""
    number = f"{int(head(history) or 0) + 1:04}"
    made: list[str] = []

    def revise(config: Config) -> None:
        script = command.revision(config, message, autogenerate=True, rev_id=number)
        made.extend(one.path for one in (script if isinstance(script, list) else [script]) if one)

    async with _exclusive(url) as connection:
        await _play(connection, history, revise)
    return made[0]


async def standings(url: str) -> list[Standing]:
    """How far each history has come in this database."""

    async with connected(url) as connection:
        return [await _standing(connection, history) for history in HISTORIES]


async def _standing(connection: AsyncConnection, history: str) -> Standing:
    def current(sync: Connection) -> str | None:
        return MigrationContext.configure(sync, opts={"version_table_schema": history}).get_current_revision()

    return Standing(history, await connection.run_sync(current), head(history))


async def _insist(connection: AsyncConnection, history: str, act: Callable[[Config], object], clock: ClockMode) -> None:
    for _ in range(TRIES - 1):
        try:
            await _play(connection, history, act, clock)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
            await connection.rollback()
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            return
    await _play(connection, history, act, clock)


async def _play(
    connection: AsyncConnection, history: str, act: Callable[[Config], object], clock: ClockMode = LIVE
) -> None:
    def run(sync: Connection) -> None:
        act(configuration(history, connection=sync, clock=clock))

    await connection.run_sync(run)


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[AsyncConnection]:
    """One connection of its own, closed afterwards. ValueError when the URL is not one of PostgreSQL."""
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("a database URL begins with postgresql://")
    engine = create_async_engine(f"postgresql+asyncpg://{rest}", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


@asynccontextmanager
async def _exclusive(url: str) -> AsyncGenerator[AsyncConnection]:
    async with connected(url) as connection:
        await _take_turn(connection)
        yield connection


async def _take_turn(connection: AsyncConnection) -> None:
    """Ask again and again: to wait in a transaction would keep an index from being made while others write."""
    while True:
        taken = await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        await connection.commit()
        if taken.scalar_one():
            return
        await asyncio.sleep(ASK_SECONDS)


def _escaped(value: str) -> str:
    """A percent sign in a path would be read as interpolation."""
    return value.replace("%", "%%")
