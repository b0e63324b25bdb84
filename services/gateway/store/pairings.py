"""Remembers which devices are waited for, each by its PIN's keyed hash, until it came or the PIN is worth nothing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.domain.pairing import PIN_TRIES, Pairing
from services.gateway.store.tables import Pairings

PAIRINGS = Pairings.__table__


async def queue(connection: AsyncConnection) -> None:
    """One after the other, so that a PIN is used once and no try escapes its count; taken before any other lock."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("pairings", 0))))


async def forget(connection: AsyncConnection, *, at: datetime, of: UUID | None = None) -> None:
    """Drop what has expired or outlived its tries, and what one person waited for."""
    worthless = or_(PAIRINGS.c.expires_at <= at, PAIRINGS.c.tries >= PIN_TRIES, PAIRINGS.c.person_id == of)
    await connection.execute(delete(PAIRINGS).where(worthless))


async def add(connection: AsyncConnection, pairing: Pairing, pin_hash: bytes) -> bool:
    """Wait for a device; False when another waits under this PIN."""
    values = {**vars(pairing), "roles": list(pairing.roles), "pin_hash": pin_hash}
    statement = postgresql.insert(PAIRINGS).values(values).on_conflict_do_nothing(index_elements=[PAIRINGS.c.pin_hash])
    return (await connection.execute(statement)).rowcount == 1


async def take(connection: AsyncConnection, pin_hash: bytes) -> Pairing | None:
    """What was waited for under a PIN, which is used up by that; None when it was not this one, and every PIN pays."""
    statement = delete(PAIRINGS).where(PAIRINGS.c.pin_hash == pin_hash).returning(PAIRINGS)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        await connection.execute(update(PAIRINGS).values(tries=PAIRINGS.c.tries + 1))
        return None
    return Pairing(row.person_id, row.organization_id, row.name, tuple(row.roles), row.expires_at)
