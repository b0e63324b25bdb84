"""Decides what time it is for business: the database's clock, moved only in a sandbox."""

from datetime import datetime
from typing import cast

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.bulk import Statement

_BUSINESS = Statement(select(func.business_now()))
_BOTH = Statement(select(func.business_now(), func.clock_timestamp()))


async def business_now(connection: AsyncConnection) -> datetime:
    """The business instant in UTC. Read it once per transaction, after the last lock is held."""
    ((instant,),) = await _BUSINESS.rows(connection, {})
    return cast(datetime, instant)


async def both(connection: AsyncConnection) -> tuple[datetime, datetime]:
    """The business instant and real time, in UTC, of one moment: where an order needs the two after its last lock."""
    ((business, real),) = await _BOTH.rows(connection, {})
    return business, real


_ALLOW = text(
    "SELECT set_config('statement_timeout', greatest(1, ceil(:most - 1000 * extract(epoch FROM"
    " clock_timestamp() - transaction_timestamp())))::bigint::text, true)"
)


async def wall_clock(connection: AsyncConnection) -> datetime:
    """Real time in UTC as the database has it, for Request-Deadline, retention and leases."""
    instant: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return instant


async def allow(connection: AsyncConnection, milliseconds: int) -> None:
    """Let what a transaction asks next take what is left of so many milliseconds, in real time since it began.

    `statement_timeout` bounds each statement by itself, and `transaction_timeout` would end the connection.
    """
    await connection.execute(_ALLOW, {"most": milliseconds})


async def is_sandbox(connection: AsyncConnection) -> bool:
    """Whether this database's clock may be moved."""
    return bool((await connection.execute(text("SELECT mode = 'sandbox' FROM clock"))).scalar_one())


async def advance(connection: AsyncConnection, to: datetime) -> None:
    """Move a sandbox's clock to an instant; the database refuses it in a live one, and backwards."""
    await connection.execute(
        text('UPDATE clock SET "offset" = CAST(:to AS timestamptz) - clock_timestamp()'), {"to": to}
    )
