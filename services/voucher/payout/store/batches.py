"""Remembers payout batches; one is locked after the legs, accounts and stops of its payouts."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.voucher.payout.domain.batch import Batch, BatchState, finished
from services.voucher.payout.store import batch_records, payouts
from services.voucher.payout.store.tables import BATCH_NUMBERS, PayoutBatches

BATCHES = PayoutBatches.__table__
_MOVING = ("state", "decided_by", "decided_at", "reason", "sent_by", "sent_at", "ended_at")


async def next_number(connection: AsyncConnection) -> int:
    """A number that no other batch has or gets; a batch that is not made after all leaves a gap."""
    number: int = (await connection.execute(select(BATCH_NUMBERS.next_value()))).scalar_one()
    return number


async def add(connection: AsyncConnection, batch: Batch) -> None:
    """Write a new batch."""
    await connection.execute(insert(BATCHES).values(asdict(batch)))


async def save(connection: AsyncConnection, batch: Batch) -> None:
    """Write how far a locked batch has come."""
    moving = {name: getattr(batch, name) for name in _MOVING}
    await connection.execute(update(BATCHES).where(BATCHES.c.id == batch.id).values(moving))


async def lock(connection: AsyncConnection, batch_id: UUID) -> Batch:
    """One batch, locked until the transaction ends; NotFound `payout_batch.unknown`."""
    return await _one(connection, select(BATCHES).where(BATCHES.c.id == batch_id).with_for_update(key_share=True))


async def read(connection: AsyncConnection, batch_id: UUID) -> Batch:
    """One batch as it stands, without a lock; NotFound `payout_batch.unknown`."""
    return await _one(connection, select(BATCHES).where(BATCHES.c.id == batch_id))


async def lock_all(connection: AsyncConnection, batch_ids: Collection[UUID]) -> dict[UUID, Batch]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(BATCHES).where(BATCHES.c.id.in_(batch_ids)).order_by(BATCHES.c.id)
    rows = (await connection.execute(statement.with_for_update(key_share=True))).mappings().all()
    return {row["id"]: _batch(row) for row in rows}


async def finish_if_settled(connection: AsyncConnection, locked: Collection[Batch], at: datetime) -> None:
    """End every sent batch of these locked ones for whose payouts the bank has answered."""
    states = await payouts.states_of(connection, [batch.id for batch in locked])
    for batch in locked:
        done = finished(batch, states[batch.id], at=at)
        if done is not None:
            await save(connection, done)
            await batch_records.moved(connection, done, at=at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which batches to list; None means any."""

    treasury: str | None = None
    payer_account_id: UUID | None = None
    state: BatchState | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Batch]:
    """Up to `limit` batches, newest first, made before the one given."""
    statement = select(BATCHES).order_by(BATCHES.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(BATCHES.c.id < before)
    for column, value in (
        (BATCHES.c.treasury, wanted.treasury),
        (BATCHES.c.payer_account_id, wanted.payer_account_id),
        (BATCHES.c.state, wanted.state),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return [_batch(row) for row in (await connection.execute(statement)).mappings()]


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Batch:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("payout_batch.unknown")
    return _batch(row)


def _batch(row: Mapping[Any, Any]) -> Batch:
    return Batch(**{**row, "state": BatchState(row["state"])})
