"""Reads who applied in a round, as a simulation asks: in the order of the numbers, without those who took it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.store.tables import Applications

APPLICATIONS = Applications.__table__


@dataclass(frozen=True, slots=True)
class Applied:
    """An application that was submitted in a round: by whom, for how much (fen), when (UTC), what reviewers gave it."""

    number: int
    holder_id: UUID
    amount: int
    submitted_at: datetime
    points: int


async def of_round(connection: AsyncConnection, round_id: UUID) -> Sequence[Applied]:
    """Everybody who applied in a round."""
    table = APPLICATIONS.c
    points = func.coalesce(table.points, 0).label("points")
    statement = (
        select(table.number, table.holder_id, table.amount, table.submitted_at, points)
        .where(table.round_id == round_id, table.number.is_not(None), table.state != ApplicationState.WITHDRAWN)
        .order_by(table.number)
    )
    return [Applied(*row) for row in await connection.execute(statement)]
