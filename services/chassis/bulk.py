"""Decides how rows are written: any number of them in one statement, so that a batch costs what a single one does.

A trigger for each statement then sees the whole set, which a client sending row after row would hide from it. The rows
travel as one text in JSON: with an array for each column the driver would look at every single value several times.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from pydantic_core import to_json
from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    TableValuedAlias,
    Uuid,
    any_,
    bindparam,
    column,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import asyncpg, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import UserDefinedType

Row = Mapping[str, Any]

MANY = 1_000
"""From so many rows on COPY costs less than a statement, although a savepoint must be laid for it."""

REFUSED = ("22", "23")
"""How the SQLSTATE of a row begins that is not as it should be, or that a constraint refuses."""

Computed = tuple[tuple[str, ColumnElement[Any]], ...]
"""Columns that the database itself fills, each with how: the same for all rows. Keep it as a constant."""


_DIALECT = cast(Any, asyncpg.dialect)()
_NOTHING = text("SELECT")


class Statement:
    """A statement that every batch sends: compiled once, and sent by the driver itself. Keep it as a constant.

    SQLAlchemy looks at a statement anew each time, which costs five times what sending it does. Nothing else differs:
    it is the connection's own transaction, and what fails is raised as `AsyncConnection.execute` raises it.
    """

    def __init__(self, made: ClauseElement) -> None:
        compiled = cast(SQLCompiler, made.compile(dialect=_DIALECT))
        self._sql, self._names = compiled.string, tuple(compiled.positiontup or ())
        self._fixed = dict(compiled.params)

    async def rows(self, connection: AsyncConnection, given: Mapping[str, Any]) -> Sequence[Any]:
        """What it returns, as the driver reads it: each row by place or by name, ``row["id"]``, and made a ``dict``.

        given: its parameters, as the driver takes them.
        """
        driver: Any = _adapted(connection.sync_connection).driver_connection
        if not driver.is_in_transaction():
            await connection.execute(_NOTHING)  # which begins it
        values = {**self._fixed, **given}
        try:
            found: Sequence[Any] = await driver.fetch(self._sql, *[values[name] for name in self._names])
        except BaseException as error:
            await connection.run_sync(_tell, error, self._sql)
            raise
        return found


def _adapted(connection: Any) -> Any:
    return connection.connection.dbapi_connection


def _tell(connection: Any, error: BaseException, sql: str) -> None:
    """Raise what SQLAlchemy makes of an error of the driver's; a connection that is lost it gives up."""
    try:
        _adapted(connection)._handle_exception(error)
    except BaseException as told:
        connection._handle_dbapi_exception(told, sql, None, None, None)
        raise


class _Written(UserDefinedType[str]):
    """JSON that is text already."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"


async def insert_all(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Row],
    *,
    computed: Computed = (),
    unless_there: bool = False,
) -> None:
    """Insert rows that all name the same columns, in the order given; none at all is no statement.

    unless_there: leave out a row that some unique index refuses.
    """
    if not rows or (len(rows) >= MANY and not (computed or unless_there) and await _copied(connection, table, rows)):
        return
    await _insertion(table, tuple(rows[0]), computed, unless_there).rows(connection, told(table, rows))


async def update_all(connection: AsyncConnection, table: Table, rows: Sequence[Row], *, key: str = "id") -> None:
    """Update rows by their key column to the other columns that all of them name."""
    if rows:
        await _update(table, tuple(rows[0]), key).rows(connection, told(table, rows))


def given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """The rows of a set-based statement, which name these columns; executed with what `told` makes of them.

    TypeError for a column of bytes, which JSON has no form for.
    """
    if any(isinstance(table.c[name].type, LargeBinary) for name in names):
        raise TypeError(f"{table.name} has bytes, which are not written by the set")
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(bindparam("given", type_=_Written()))
    return rows.table_valued(*columns, name="given").render_derived(with_types=True)


def told(table: Table, rows: Sequence[Row]) -> dict[str, str]:
    """The parameter of a statement over `given` rows of a table.

    Ids as their digits: those that the driver read are of a kind that is dear to find out for the encoder.
    """
    names = _ids(table) & rows[0].keys() if rows else ()
    written = [{**row, **{name: None if row[name] is None else row[name].hex for name in names}} for row in rows]
    return {"given": to_json(written).decode()}


def among(one: Column[Any]) -> ColumnElement[bool]:
    """Whether a column is among ``ids``, in a statement that is the same however many they are."""
    return one == any_(bindparam("ids", type_=ARRAY(one.type, dimensions=1)))


async def _copied(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> bool:
    """Whether COPY has written the rows. If a row was refused, nothing is written: the statement will fail as well, and
    say why as every other does. COPY is never the first thing in a transaction: it would not begin it.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    names = tuple(rows[0])
    if not driver.is_in_transaction():
        return False
    try:
        async with driver.transaction():
            records = zip(*(_bound(connection, table, name, rows) for name in names), strict=True)
            await driver.copy_records_to_table(table.name, columns=names, records=records)
    except BaseException as error:
        if (getattr(error, "sqlstate", None) or "").startswith(REFUSED):
            return False
        await connection.run_sync(_tell, error, f"COPY {table.name}")
        raise
    return True


def _bound(connection: AsyncConnection, table: Table, name: str, rows: Sequence[Row]) -> list[Any]:
    """A column as the driver takes it, which the statement leaves to its engine."""
    process = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if process is None:
        return [row[name] for row in rows]
    return [None if row[name] is None else process(row[name]) for row in rows]


@cache
def _insertion(table: Table, names: tuple[str, ...], computed: Computed, unless_there: bool) -> Statement:
    values: dict[str, ColumnElement[Any]] = dict(given(table, names).c.items())
    values.update(computed)
    statement = insert(table).from_select(list(values), select(*values.values()), include_defaults=False)
    return Statement(statement.on_conflict_do_nothing() if unless_there else statement)


@cache
def _update(table: Table, names: tuple[str, ...], key: str) -> Statement:
    rows = given(table, names)
    changed = {name: rows.c[name] for name in names if name != key}
    return Statement(update(table).where(table.c[key] == rows.c[key]).values(changed))


@cache
def _ids(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.c if isinstance(column.type, Uuid))
