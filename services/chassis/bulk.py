"""Decides how rows are written: any number of them in one statement, so that a batch costs what a single one does.

A trigger for each statement then sees the whole set, which a client sending row after row would hide from it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]

MANY = 500
"""From so many rows on COPY costs less than a statement, although a savepoint must be laid for it."""

Computed = tuple[tuple[str, ColumnElement[Any]], ...]
"""Columns that the database itself fills, each with how: the same for all rows. Keep it as a constant."""


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
    names = tuple(rows[0])
    statement = _insertion(table, names, computed)
    if unless_there:
        statement = statement.on_conflict_do_nothing()
    await connection.execute(statement, _arrays(table, rows, names))


async def update_all(connection: AsyncConnection, table: Table, rows: Sequence[Row], *, key: str = "id") -> None:
    """Update rows by their key column to the other columns that all of them name."""
    if rows:
        names = tuple(rows[0])
        await connection.execute(_update(table, names, key), _arrays(table, rows, names))


def given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """The rows of a set-based statement: one array parameter for each column, side by side.

    A column of arrays comes as text, to be cast: ``unnest`` would lay the arrays of all rows end to end.
    """
    types = {name: Text() if _of_arrays(table, name) else table.c[name].type for name in names}
    arrays = [bindparam(f"given_{name}", type_=ARRAY(types[name], dimensions=1)) for name in names]
    columns = [column(name, types[name]) for name in names]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


async def _copied(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> bool:
    """Whether COPY has written the rows. If it has not, nothing is written: the statement will fail as well, and say
    why as every other does. COPY is never the first thing in a transaction: it would not begin it.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    names = tuple(rows[0])
    if driver.is_in_transaction():
        with suppress(Exception):
            async with driver.transaction():
                records = zip(*(_bound(connection, table, name, rows) for name in names), strict=True)
                await driver.copy_records_to_table(table.name, columns=names, records=records)
            return True
    return False


def _bound(connection: AsyncConnection, table: Table, name: str, rows: Sequence[Row]) -> list[Any]:
    """A column as the driver takes it, which the statement leaves to its engine."""
    process = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return [row[name] for row in rows] if process is None else [process(row[name]) for row in rows]


@cache
def _insertion(table: Table, names: tuple[str, ...], computed: Computed) -> Insert:
    rows = given(table, names)
    values: dict[str, ColumnElement[Any]] = {
        name: cast(rows.c[name], table.c[name].type) if _of_arrays(table, name) else rows.c[name] for name in names
    }
    values.update(computed)
    return insert(table).from_select(list(values), select(*values.values()), include_defaults=False)


@cache
def _update(table: Table, names: tuple[str, ...], key: str) -> Update:
    rows = given(table, names)
    changed = {name: rows.c[name] for name in names if name != key}
    return update(table).where(table.c[key] == rows.c[key]).values(changed)


def _arrays(table: Table, rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[Any]]:
    return {f"given_{name}": _column([row[name] for row in rows], _of_arrays(table, name)) for name in names}


def _column(values: list[Any], of_arrays: bool) -> list[Any]:
    return [_array_text(value) for value in values] if of_arrays else values


def _of_arrays(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, ARRAY)


def _array_text(values: Sequence[UUID]) -> str:
    """How PostgreSQL writes an array of ids, the only arrays that are kept; text would have to be quoted."""
    return "{" + ",".join(str(value) for value in values) + "}"
