"""Takes a slice of a shared rate limit, so that most calls need no statement of their own."""

from sqlalchemy import text

from services.chassis.database import Database
from services.gateway.store import leases

KEPT_WINDOWS = 5


async def take_slice(database: Database, key: str, *, window: int, amount: int, limit: int) -> bool:
    """Lease an amount of a key's limit in a window; False when the window has not that much left.

    A crash may forget a slice, which costs a caller some calls and nobody any money: the commit does not wait.
    """
    async with database.begin() as connection:
        await connection.execute(text("SET LOCAL synchronous_commit TO off"))
        await leases.prune(connection, before_window=window - KEPT_WINDOWS)
        return await leases.lease(connection, key, window=window, amount=amount, limit=limit)
