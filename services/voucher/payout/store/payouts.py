"""Remembers payouts: what was frozen when their batch was made, and how far each has come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.payout.store.tables import Payouts as PayoutRows

PAYOUTS = PayoutRows.__table__
_MOVING = ("id", "state", "sent_at", "settled_on", "returned_on")


async def add(connection: AsyncConnection, payouts: Sequence[Payout]) -> None:
    """Write the payouts of a new batch."""
    await bulk.insert_all(connection, PAYOUTS, [asdict(one) for one in payouts])


async def save(connection: AsyncConnection, payouts: Sequence[Payout]) -> None:
    """Write how far locked payouts have come."""
    rows = [{name: getattr(one, name) for name in _MOVING} for one in payouts]
    await bulk.update_all(connection, PAYOUTS, rows)


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Payout]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(PAYOUTS).where(PAYOUTS.c.id.in_(ids)).order_by(PAYOUTS.c.id).with_for_update(key_share=True)
    return {one.id: one for one in await _payouts(connection, statement)} if ids else {}


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Payout]:
    """Those of the ids that exist, not locked."""
    statement = select(PAYOUTS).where(PAYOUTS.c.id.in_(ids))
    return {one.id: one for one in await _payouts(connection, statement)} if ids else {}


async def of_batch(connection: AsyncConnection, batch_id: UUID) -> list[Payout]:
    """The payouts of a batch in their order, not locked."""
    statement = select(PAYOUTS).where(PAYOUTS.c.batch_id == batch_id).order_by(PAYOUTS.c.position)
    return await _payouts(connection, statement)


async def states_of(connection: AsyncConnection, batch_ids: Collection[UUID]) -> dict[UUID, set[PayoutState]]:
    """The states in which the payouts of each of these batches are, not locked."""
    statement = select(PAYOUTS.c.batch_id, PAYOUTS.c.state).where(PAYOUTS.c.batch_id.in_(batch_ids)).distinct()
    found: dict[UUID, set[PayoutState]] = {batch_id: set() for batch_id in batch_ids}
    for row in await connection.execute(statement):
        found[row.batch_id].add(PayoutState(row.state))
    return found


async def by_reference(
    connection: AsyncConnection, payer_account_id: UUID, references: Collection[str]
) -> dict[str, Payout]:
    """The payouts of an account, in any state, that bear one of these references; not locked."""
    statement = _of_account(payer_account_id).where(PAYOUTS.c.reference.in_(references))
    return {one.reference: one for one in await _payouts(connection, statement)}


async def candidates(connection: AsyncConnection, payer_account_id: UUID, amounts: Collection[int]) -> list[Payout]:
    """What was sent from an account and not settled, of one of these amounts (fen), oldest first; not locked."""
    statement = _of_account(payer_account_id).where(PAYOUTS.c.state == PayoutState.SENT, PAYOUTS.c.amount.in_(amounts))
    return await _payouts(connection, statement.order_by(PAYOUTS.c.sent_at, PAYOUTS.c.id))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which payouts to list; None means any. payee_id: whom they pay; treasury: which one pays."""

    payee_id: UUID | None = None
    treasury: str | None = None
    state: PayoutState | None = None
    batch_id: UUID | None = None
    claim_line_id: UUID | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Payout]:
    """Up to `limit` payouts, newest first, made before the one given."""
    statement = select(PAYOUTS).order_by(PAYOUTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(PAYOUTS.c.id < before)
    for column, value in (
        (PAYOUTS.c.treasury, wanted.treasury),
        (PAYOUTS.c.payee_id, wanted.payee_id),
        (PAYOUTS.c.state, wanted.state),
        (PAYOUTS.c.batch_id, wanted.batch_id),
        (PAYOUTS.c.claim_line_id, wanted.claim_line_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return await _payouts(connection, statement)


def _of_account(payer_account_id: UUID) -> Select[Any]:
    return select(PAYOUTS).where(PAYOUTS.c.payer_account_id == payer_account_id)


async def _payouts(connection: AsyncConnection, statement: Select[Any]) -> list[Payout]:
    return [_payout(row) for row in (await connection.execute(statement)).mappings()]


def _payout(row: Mapping[Any, Any]) -> Payout:
    return Payout(**{**row, "state": PayoutState(row["state"])})
