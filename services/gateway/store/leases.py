"""Remembers how much of each shared rate limit was leased in a window."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.store.tables import RateLeases

LEASES = RateLeases.__table__


async def lease(connection: AsyncConnection, key: str, *, window: int, amount: int, limit: int) -> bool:
    """Lease an amount of a key's limit in one statement; False when the window has not that much left."""
    statement = insert(LEASES).values(key=key, window=window, leased=amount)
    statement = statement.on_conflict_do_update(
        index_elements=[LEASES.c.key, LEASES.c.window],
        set_={"leased": LEASES.c.leased + amount},
        where=LEASES.c.leased + amount <= limit,
    )
    taken = await connection.execute(statement.returning(LEASES.c.leased))
    return taken.one_or_none() is not None


async def prune(connection: AsyncConnection, *, before_window: int) -> None:
    """Drop leases of windows long gone."""
    await connection.execute(delete(LEASES).where(LEASES.c.window < before_window))
