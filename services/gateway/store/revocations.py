"""Remembers whose tokens no longer count, and reads it as a feed that hides nothing behind slow transactions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import cast, delete, func, insert, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.tables import Xid8
from services.gateway.domain.revocation import Revocation
from services.gateway.store.tables import Revocations

REVOCATIONS = Revocations.__table__

Place = tuple[int, int]
"""Transaction and position of an entry."""


async def append(connection: AsyncConnection, revocations: Sequence[Revocation]) -> None:
    """Write revocations in the transaction that causes them."""
    if revocations:
        await connection.execute(insert(REVOCATIONS), [vars(revocation) for revocation in revocations])


async def read(
    connection: AsyncConnection, *, after: Place | None, at: datetime, limit: int
) -> tuple[list[Revocation], Place | None]:
    """What was committed after a place and still matters, and the place to go on from.

    The place moves only up to the oldest transaction still running, and what lies beyond is given all the same:
    a slow transaction elsewhere delays no revocation, it only makes the reader hear some of them again.
    """
    settled = (REVOCATIONS.c.xact < func.pg_snapshot_xmin(func.pg_current_snapshot())).label("settled")
    order = (REVOCATIONS.c.xact, REVOCATIONS.c.position)
    statement = select(REVOCATIONS, settled).where(REVOCATIONS.c.until > at).order_by(*order).limit(limit)
    if after is not None:
        place = tuple_(cast(literal(str(after[0])), Xid8()), literal(after[1]))
        statement = statement.where(tuple_(*order) > place)
    rows = list(await connection.execute(statement))
    passed = [(int(row.xact), row.position) for row in rows if row.settled]
    found = [Revocation(row.kind, row.subject, row.not_after, row.until) for row in rows]
    return found, passed[-1] if passed else after


async def prune(connection: AsyncConnection, *, at: datetime) -> None:
    """Drop what no longer matters."""
    await connection.execute(delete(REVOCATIONS).where(REVOCATIONS.c.until <= at))
