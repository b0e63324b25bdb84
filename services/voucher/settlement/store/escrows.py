"""Remembers holders' own money: one row for each redemption for which any was announced, locked after it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.store.escrow_tables import Escrows

ESCROWS = Escrows.__table__


async def open_for(connection: AsyncConnection, redemption_id: UUID, currency: str) -> Escrow:
    """The escrow of a redemption, made empty where there is none, and locked until the transaction ends."""
    row = asdict(Escrow(redemption_id, currency))
    await connection.execute(insert(ESCROWS).values(row).on_conflict_do_nothing())
    return (await lock(connection, [redemption_id]))[redemption_id]


async def lock(connection: AsyncConnection, redemption_ids: Collection[UUID]) -> dict[UUID, Escrow]:
    """Those that there are, locked in the order of their redemptions' ids until the transaction ends."""
    statement = _of(redemption_ids).order_by(ESCROWS.c.redemption_id).with_for_update(key_share=True)
    return await _all(connection, statement) if redemption_ids else {}


async def read(connection: AsyncConnection, redemption_ids: Collection[UUID]) -> dict[UUID, Escrow]:
    """Those that there are, not locked."""
    return await _all(connection, _of(redemption_ids)) if redemption_ids else {}


async def save(connection: AsyncConnection, escrows: Sequence[Escrow]) -> None:
    """Write what changed of locked escrows."""
    moving = ("received", "used", "refunded")
    rows = [{"redemption_id": one.redemption_id, **{name: getattr(one, name) for name in moving}} for one in escrows]
    await bulk.update_all(connection, ESCROWS, rows, key="redemption_id")


def _of(redemption_ids: Collection[UUID]) -> Select[Any]:
    return select(ESCROWS).where(ESCROWS.c.redemption_id.in_(redemption_ids))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Escrow]:
    return {row["redemption_id"]: Escrow(**row) for row in (await connection.execute(statement)).mappings()}
