"""Decides how rows are written: any number of them in one statement, so that a batch costs what a single one does.

A trigger for each statement then sees the whole set, which a client sending row after row would hide from it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Insert, Table, TableValuedAlias, Update, bindparam, column, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns, in the order given; none at all is no statement."""
    if rows:
        names = tuple(rows[0])
        await connection.execute(_insertion(table, names), _arrays(rows, names))


async def update_all(connection: AsyncConnection, table: Table, rows: Sequence[Row], *, key: str = "id") -> None:
    """Update rows by their key column to the other columns that all of them name."""
    if rows:
        names = tuple(rows[0])
        await connection.execute(_update(table, names, key), _arrays(rows, names))


def given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """The rows of a set-based statement: one array parameter for each column, side by side."""
    arrays = [bindparam(f"given_{name}", type_=ARRAY(table.c[name].type, dimensions=1)) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


@cache
def _insertion(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(names, select(*given(table, names).c), include_defaults=False)


@cache
def _update(table: Table, names: tuple[str, ...], key: str) -> Update:
    rows = given(table, names)
    changed = {name: rows.c[name] for name in names if name != key}
    return update(table).where(table.c[key] == rows.c[key]).values(changed)


def _arrays(rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[Any]]:
    return {f"given_{name}": [row[name] for row in rows] for name in names}
