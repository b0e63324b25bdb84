"""Counts what a redemption leaves behind: how many rows in every table, which columns are filled, and how large."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench.machine import Urls
from services.standalone import provision

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'voucher'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL ($1) ORDER BY relname
"""
NOT_OF_ONE = ("alembic_version", "directory_facts", "directory_feed", "leases", "seals")
"""What the house keeps for itself while it works, whether or not anybody redeems."""
KEYS = "idempotency_keys"
"""One row of it is one redemption that was acknowledged."""
SHAPE = """
WITH latest AS (SELECT to_jsonb(one) AS document, pg_column_size(one) AS size FROM {table} AS one
                WHERE ctid >= (SELECT format('(%s,0)', greatest(pg_relation_size('{table}') / 8192 - {pages}, 0))::tid)
                ORDER BY ctid DESC LIMIT {rows})
SELECT (SELECT avg(size)::float8 FROM latest) AS size,
       (SELECT array_agg(DISTINCT key) FROM latest, jsonb_each(document) WHERE value <> 'null') AS filled
"""
LOOKED_AT, PAGES = 200, 50
"""How many rows of a table are looked at, and at how many of its last pages they are looked for."""
SIZE_MAY_DIFFER = 0.03
"""By how much of it the average row may be larger or smaller: names of runs and numbers are of varying length."""

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Shape:
    """What the latest rows of a table look like: the columns with a value in them, and bytes of a row."""

    filled: frozenset[str]
    size: float


async def count(urls: Urls) -> Counts:
    """How many rows every table has, all at one moment."""
    async with _reading(urls) as connection:
        names = [row["relname"] for row in await connection.fetch(TABLES, list(NOT_OF_ONE))]
        one = "UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS rows FROM {name} " for name in names)
        return {row["name"]: row["rows"] for row in await connection.fetch(one)}


async def shapes(urls: Urls, before: Counts, after: Counts) -> dict[str, Shape]:
    """What the latest rows of the tables look like that have more of them than before."""
    more = {table: min(after[table] - before[table], LOOKED_AT) for table in after if after[table] > before[table]}
    async with _reading(urls) as connection:
        rows = {
            name: await connection.fetchrow(SHAPE.format(table=name, rows=more[name], pages=PAGES)) for name in more
        }
    return {table: Shape(frozenset(row["filled"]), row["size"]) for table, row in rows.items()}


@asynccontextmanager
async def _reading(urls: Urls) -> AsyncGenerator[Any]:
    """A connection that may read everything, with one snapshot for the block."""
    async with provision.connected(urls.superuser) as connection:
        await connection.execute("SET search_path TO voucher, business")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection


def of_each(before: Counts, after: Counts) -> dict[str, float]:
    """How many rows a redemption has left in every table in which it left any."""
    redeemed = after[KEYS] - before[KEYS]
    left = {table: after[table] - before[table] for table in after}
    return {table: rows / redeemed for table, rows in left.items() if rows} if redeemed else {}


def differences(ours: Mapping[str, float], theirs: Mapping[str, float]) -> list[str]:
    """Where two sides have not left as many rows."""
    return [
        f"{table}: {ours.get(table, 0):g} rows of each of ours, {theirs.get(table, 0):g} of the rival's"
        for table in sorted(ours.keys() | theirs.keys())
        if ours.get(table, 0) != theirs.get(table, 0)
    ]


def unlike(ours: Mapping[str, Shape], theirs: Mapping[str, Shape]) -> list[str]:
    """Where the rows of two sides are not filled alike, or not as large."""
    found = []
    for table in sorted(ours):
        one, other = ours[table], theirs[table]
        if one.filled != other.filled:
            found.append(f"{table}: only one side fills {', '.join(sorted(one.filled ^ other.filled))}")
        elif abs(one.size - other.size) > SIZE_MAY_DIFFER * one.size:
            found.append(f"{table}: a row of ours has {one.size:.0f} bytes, one of the rival's {other.size:.0f}")
    return found
