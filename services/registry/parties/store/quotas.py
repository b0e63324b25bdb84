"""Remembers with which teams the quota of an organisation begins.

Read from the teams, whose writers hold the organisation's lock: the people of a team that became a firm get no second
quota in the firm's name.
"""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ROOTS = text("""
    SELECT DISTINCT incorporated_as, coalesce(root_id, id) AS root
    FROM teams WHERE incorporated_as = ANY(CAST(:ids AS uuid[]))
    ORDER BY incorporated_as, root
""")


async def roots_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The quota roots of organisations that teams became, the oldest first, by organisation; others are left out."""
    rows = await connection.execute(_ROOTS, {"ids": list(ids)})
    return {one: [row.root for row in group] for one, group in groupby(rows, key=lambda row: row.incorporated_as)}
