"""Remembers what goes back to holders of what they paid in: proposed, decided and settled; locked after its escrow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.payout.domain.refund import Refund, RefundState
from services.voucher.payout.store.escrow_tables import DepositRefunds

REFUNDS = DepositRefunds.__table__
_MOVING = ("id", "state", "decided_by", "decided_at", "reason", "settled_on")


async def add(connection: AsyncConnection, refund: Refund) -> None:
    """Write a proposed refund; Refusal ``deposit_refund.proposed`` while another of its redemption is undecided."""
    try:
        await connection.execute(insert(REFUNDS).values(asdict(refund)))
    except IntegrityError as error:
        if violated(error, "uq_deposit_refunds_proposed"):
            raise Refusal("deposit_refund.proposed", rule="deposit_refund.one_at_a_time") from error
        raise


async def save(connection: AsyncConnection, refunds: Sequence[Refund]) -> None:
    """Write how far locked refunds have come."""
    await bulk.update_all(connection, REFUNDS, [{name: getattr(one, name) for name in _MOVING} for one in refunds])


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Refund]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(REFUNDS).where(REFUNDS.c.id.in_(ids)).order_by(REFUNDS.c.id).with_for_update(key_share=True)
    return {one.id: one for one in await _all(connection, statement)} if ids else {}


async def read(connection: AsyncConnection, refund_id: UUID) -> Refund:
    """One refund as it stands, without a lock; NotFound ``deposit_refund.unknown``."""
    for one in await _all(connection, select(REFUNDS).where(REFUNDS.c.id == refund_id)):
        return one
    raise NotFound("deposit_refund.unknown")


async def of_redemption(connection: AsyncConnection, redemption_id: UUID) -> list[Refund]:
    """All that were proposed of a redemption's deposits, oldest first; not locked."""
    statement = select(REFUNDS).where(REFUNDS.c.redemption_id == redemption_id)
    return await _all(connection, statement.order_by(REFUNDS.c.id))


async def by_reference(
    connection: AsyncConnection, payer_account_id: UUID, references: Collection[str]
) -> list[Refund]:
    """The refunds from an account, in any state, that bear one of these references; not locked."""
    theirs = REFUNDS.c.payer_account_id == payer_account_id, REFUNDS.c.reference.in_(references)
    return await _all(connection, select(REFUNDS).where(*theirs)) if references else []


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refunds to list; None means any."""

    holder_id: UUID | None = None
    treasury: str | None = None
    redemption_id: UUID | None = None
    state: RefundState | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Refund]:
    """Up to `limit` refunds, newest first, proposed before the one given."""
    statement = select(REFUNDS).order_by(REFUNDS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(REFUNDS.c.id < before)
    for name in ("holder_id", "treasury", "redemption_id", "state"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(REFUNDS.c[name] == value)
    return await _all(connection, statement)


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Refund]:
    return [_refund(row) for row in (await connection.execute(statement)).mappings()]


def _refund(row: Mapping[Any, Any]) -> Refund:
    return Refund(**{**row, "state": RefundState(row["state"])})
