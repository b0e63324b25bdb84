"""Decides how a service speaks to PostgreSQL: its own role, its own schema, one visible transaction at a time."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, cast

import asyncpg
from pydantic import SecretStr
from pydantic_core import from_json, to_json
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from services.chassis.metrics import Pool
from services.chassis.refusals import Refusal

Mode = Literal["live", "test"]

POOL_SIZE = 10
POOL_WAIT_SECONDS = 5
CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 30_000
IDLE_IN_TRANSACTION_MILLISECONDS = 60_000
TRANSACTION_MILLISECONDS = 300_000
"""A process that stands still between naming a statement and asking for it is neither idle to PostgreSQL nor at a
statement: nothing but the end of its whole transaction gives back what it has locked.
"""
_LASTS = "SELECT set_config('transaction_timeout', '{}', {}) WHERE current_setting('server_version_num')::int >= 170000"
NEWS = "news"
"""Under which a connection notes that its transaction has something to tell."""
UNSERVED = ("08", "25P03", "25P04", "53", "57P", "58")
"""SQLSTATEs, or how they begin, that say nothing of what was asked: the connection broke, was idle for too long or in
one transaction for too long, the disk or the connections ran out, the server starts or stops, its files cannot be read
or written.
"""
OVERRUN = frozenset({"57014", "55P03"})
"""SQLSTATE of a statement that took longer than it may, and of one that waited too long for a lock."""
CLASHES = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialisation failure and of a deadlock: the same once more may well go through."""


class Closes(Protocol):
    """What ends with the database it was made for."""

    async def close(self) -> None:
        """Finish what was begun, and let go whoever waits for more."""
        ...


Kept = TypeVar("Kept", bound=Closes)


class Deposed(Exception):
    """What a transaction was begun for is another process's to do by now: this one may write no more."""


class Database:
    """One PostgreSQL database seen as one service: search_path is the service's schema, then ``business``.

    Connections time out while waiting (pool, connect, statement, transaction), never while committing:
    statement_timeout does not apply to COMMIT, and transaction_timeout ends before it.
    """

    def __init__(self, url: str, schema: str, *, pool_size: int = POOL_SIZE) -> None:
        self.schema = schema
        self.hears: list[Callable[[], None]] = []
        self._kept: dict[str, Closes] = {}
        self.engine: AsyncEngine = create_async_engine(
            _with_driver(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=True,
            json_serializer=lambda value: to_json(value).decode(),
            json_deserializer=from_json,
            poolclass=Pool,
            pool_logging_name=f"{schema}/{_with_driver(url).rpartition('/')[2].partition('?')[0]}",
            connect_args=_greeting(schema),
        )
        event.listen(self.engine.sync_engine, "connect", _bound)

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Once it is committed, and if it has something to `tell`, those are called who asked to hear of it (``hears``).
        """
        async with self.engine.begin() as connection:
            notes = connection.info
            try:
                yield connection
            finally:
                tells = notes.pop(NEWS, False)
        for hear in self.hears if tells else ():
            hear()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """One read-only transaction with one snapshot, so that a page and its total agree."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def apart(self) -> AsyncGenerator[AsyncConnection]:
        """A connection beside the pool for the block, to listen on; each statement is a transaction of its own."""
        engine = create_async_engine(self.engine.url, poolclass=NullPool, connect_args=_greeting(self.schema))
        async with engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What there is one of per database and process, such as a lane; made when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast(Kept, self._kept[name])

    async def dispose(self) -> None:
        """Close what is kept, then every pooled connection; who asks for something kept meanwhile finds it closing."""
        for one in list(self._kept.values()):
            await one.close()
        self._kept.clear()
        await self.engine.dispose()


@dataclass(frozen=True)
class Databases:
    """The live database and the sandbox one; a token's mode chooses. Either may be absent."""

    live: Database | None = None
    test: Database | None = None

    def of(self, mode: Mode) -> Database:
        """The database of a mode; Refusal ``mode.unavailable`` when this installation has none."""
        chosen = self.live if mode == "live" else self.test
        if chosen is None:
            raise Refusal("mode.unavailable", numbers={"mode": mode})
        return chosen

    @property
    def all(self) -> tuple[Database, ...]:
        """Those that exist."""
        return tuple(database for database in (self.live, self.test) if database is not None)

    @property
    def default_mode(self) -> Mode:
        """Live where there is a live database, else test."""
        return "live" if self.live is not None else "test"

    async def dispose(self) -> None:
        """Close all."""
        for database in self.all:
            await database.dispose()


def databases(schema: str, live_url: SecretStr | None, test_url: SecretStr | None) -> Databases:
    """The databases of a service from its two URLs; ValueError when both are missing."""
    if not live_url and not test_url:
        raise ValueError(f"the {schema} service needs a database URL")
    return Databases(
        live=Database(live_url.get_secret_value(), schema) if live_url else None,
        test=Database(test_url.get_secret_value(), schema) if test_url else None,
    )


def tell(connection: AsyncConnection) -> None:
    """This transaction has something to tell, once it is committed."""
    connection.info[NEWS] = True


def _greeting(schema: str) -> dict[str, Any]:
    """What each connection is begun with."""
    return {
        "timeout": CONNECT_SECONDS,
        "server_settings": {
            "search_path": f"{schema},business",
            "timezone": "UTC",
            "statement_timeout": str(STATEMENT_MILLISECONDS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MILLISECONDS),
            "application_name": f"innovoucher-{schema}",
        },
    }


def _bound(connection: Any, _: Any) -> None:
    """A new connection's transactions end some time; PostgreSQL before 17 knows no such bound, and refuses its name."""
    bound = _LASTS.format(TRANSACTION_MILLISECONDS, "false")
    try:
        connection.run_async(lambda driver: driver.execute(bound))
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # outside of a statement of SQLAlchemy's nobody translates what the driver says of a connection that ended
        raise ConnectionError(str(error)) from error


async def may_last(connection: AsyncConnection) -> None:
    """Let this transaction last as long as it needs, since nobody waits for it."""
    await connection.execute(text(_LASTS.format(0, "true")))


def _with_driver(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+asyncpg"}:
        raise ValueError("a database URL begins with postgresql://")
    return f"postgresql+asyncpg{separator}{rest}"


def violated(error: IntegrityError, name: str) -> bool:
    """Whether the constraint or unique index of this name refused a row, as the driver names it."""
    return getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) == name


def lost(error: BaseException) -> bool:
    """Whether an error says nothing of what was tried: the database was lost, cannot serve anybody right now, or lets
    this process write no more.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (sqlstate(error) or "").startswith(UNSERVED)
    return isinstance(error, OSError | PoolTimeout | Deposed)


def cut(error: BaseException) -> bool:
    """Whether the connection broke or was refused, so that another one may fare better; what was sent may be done."""
    return isinstance(error, ConnectionError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def clashed(error: BaseException) -> bool:
    """Whether two transactions were in each other's way and the database undid this one."""
    return isinstance(error, DBAPIError) and sqlstate(error) in CLASHES


def overran(error: BaseException) -> bool:
    """Whether time was up, for a lock or a statement: of what was tried itself, later it may well go through."""
    return isinstance(error, DBAPIError) and sqlstate(error) in OVERRUN


def sqlstate(error: DBAPIError) -> str | None:
    """The five characters with which PostgreSQL says what is wrong; None when the driver found it by itself."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


async def acts_as_owner(connection: AsyncConnection) -> bool:
    """Whether this connection could alter tables: a service must never be able to."""
    sql = """SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
             OR EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user AND schemaname = current_schema())"""
    return bool((await connection.execute(text(sql))).scalar_one())
