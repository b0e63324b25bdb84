"""Finds redemptions for which holders have more in escrow than anybody needs, or announced what nobody needs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.tables import Tasks
from services.voucher.payout.domain.deposit import DepositState
from services.voucher.payout.domain.refund import RefundState
from services.voucher.payout.store.deposit_records import GIVE_BACK
from services.voucher.payout.store.escrow_tables import DepositRefunds, Deposits
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.states import FINAL
from services.voucher.redemption.store.tables import Captures, Redemptions
from services.voucher.settlement.store.escrow_tables import Escrows

ESCROWS, REDEMPTIONS, CAPTURES = Escrows.__table__, Redemptions.__table__, Captures.__table__
DEPOSITS, REFUNDS, TASKS = Deposits.__table__, DepositRefunds.__table__, Tasks.__table__


async def since(connection: AsyncConnection) -> datetime | None:
    """When the first of their deposits was announced; None where there is none."""
    announced = select(func.min(DEPOSITS.c.announced_at)).where(DEPOSITS.c.redemption_id.in_(_untold()))
    found: datetime | None = (await connection.execute(announced)).scalar_one()
    return found


async def find(connection: AsyncConnection, *, limit: int) -> list[UUID]:
    """Up to `limit` of these redemptions by id; not locked."""
    wanted = _untold().order_by(ESCROWS.c.redemption_id).limit(limit)
    return list((await connection.execute(wanted)).scalars().all())


async def not_due_since(connection: AsyncConnection) -> datetime | None:
    """When the first deposit was announced that nobody needs any more; None where there is none."""
    announced = _not_due().with_only_columns(func.min(DEPOSITS.c.announced_at)).order_by(None)
    found: datetime | None = (await connection.execute(announced)).scalar_one()
    return found


async def not_due(connection: AsyncConnection, *, limit: int) -> dict[UUID, UUID]:
    """Up to `limit` of these deposits by id with their redemptions; not locked."""
    rows = (await connection.execute(_not_due().limit(limit))).all()
    return {row[0]: row[1] for row in rows}


def _not_due() -> Select[Any]:
    """Announced deposits of redemptions of which all that is due stands free already."""
    free = ESCROWS.c.received - ESCROWS.c.used - ESCROWS.c.refunded
    return (
        select(DEPOSITS.c.id, DEPOSITS.c.redemption_id)
        .join(ESCROWS, ESCROWS.c.redemption_id == DEPOSITS.c.redemption_id)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == DEPOSITS.c.redemption_id)
        .where(DEPOSITS.c.state == DepositState.ANNOUNCED.value, free >= _still_due())
        .order_by(DEPOSITS.c.id)
    )


def _untold() -> Select[Any]:
    """Free money beyond what `settlement.domain.escrow.still_due` says, where no refund and no task waits."""
    free = ESCROWS.c.received - ESCROWS.c.used - ESCROWS.c.refunded
    return (
        select(ESCROWS.c.redemption_id)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == ESCROWS.c.redemption_id)
        .where(ESCROWS.c.received > ESCROWS.c.used + ESCROWS.c.refunded, free > _still_due(), ~_told())
    )


def _still_due() -> ColumnElement[int]:
    stands = CAPTURES.c.amount - CAPTURES.c.refunded
    own = func.sum(func.greatest(0, CAPTURES.c.settlement - stands))
    unclaimed = (
        select(func.coalesce(own, 0))
        .where(CAPTURES.c.redemption_id == REDEMPTIONS.c.id, CAPTURES.c.claim_line_id.is_(None), stands > 0)
        .scalar_subquery()
    )
    over = REDEMPTIONS.c.state.in_([state.value for state in (*FINAL, State.PROPOSED)])
    ahead = func.greatest(0, REDEMPTIONS.c.contract_amount - REDEMPTIONS.c.settled - REDEMPTIONS.c.held)
    return unclaimed + case((over, 0), else_=ahead)


def _told() -> ColumnElement[bool]:
    ours = DEPOSITS.c.redemption_id == ESCROWS.c.redemption_id
    waits = and_(TASKS.c.subject_id == DEPOSITS.c.id, TASKS.c.kind == GIVE_BACK, TASKS.c.closed_at.is_(None))
    asked = REFUNDS.c.redemption_id == ESCROWS.c.redemption_id, REFUNDS.c.state == RefundState.PROPOSED.value
    return or_(exists().where(ours, waits), exists().where(*asked))
