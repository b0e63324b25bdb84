"""Remembers the PIN of a wallet, as a digest that only the service's pepper could make."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store.consent_tables import WalletPins

PINS = WalletPins.__table__


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept. set_at: business time; counts_from: real time; both UTC."""

    holder_id: UUID
    digest: bytes = field(repr=False)
    set_at: datetime
    set_by: str
    counts_from: datetime


async def find(connection: AsyncConnection, holder_id: UUID) -> Pin | None:
    """The PIN of a holder's wallet, not locked."""
    return (await read(connection, [holder_id])).get(holder_id)


async def read(connection: AsyncConnection, holder_ids: Collection[UUID]) -> dict[UUID, Pin]:
    """The PINs of these holders' wallets, by holder, not locked."""
    rows = await connection.execute(select(PINS).where(PINS.c.holder_id.in_(holder_ids)))
    return {row.holder_id: Pin(**row._mapping) for row in rows}


async def save(connection: AsyncConnection, pin: Pin) -> None:
    """Set a PIN, in the place of the one before if there was one."""
    fields = {name: getattr(pin, name) for name in Pin.__dataclass_fields__}
    changed = {name: value for name, value in fields.items() if name != "holder_id"}
    await connection.execute(
        postgresql.insert(PINS).values(fields).on_conflict_do_update(index_elements=[PINS.c.holder_id], set_=changed)
    )
