"""Serves who came through his review at once, in rounds that serve who comes first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import show
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import RoundState, rankable
from services.voucher.wallet.operations import serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.operations.under_review import By
from services.voucher.wallet.store import applications, rounds


async def lock_pool(connection: AsyncConnection, of: Round) -> None:
    """Lock what a round that serves who comes first gives out of, before any of its applications is locked."""
    if of.first_come:
        await rounds.lock_pool(connection, of.id, POOL_CLASS)


async def serve(
    connection: AsyncConnection, of: Round, scheme: Scheme, kept: Sequence[Application], *, by: By, at: datetime
) -> list[Application]:
    """Serve those who are through, as far as the pool goes; the others, and all of another round, stay as they are.

    While the round is paused they wait for the operator's issue. Refusal ``round.use_by_passed``.
    """
    through = [one.id for one in kept if one.state in rankable(scheme)]
    open_to = of.first_come and of.state_at(at) is RoundState.PUBLISHED
    if not open_to or not through:
        return list(kept)
    order = Order(of.id, by.person, by.request_id or show("rnd", of.id), backfill=False)
    await serving.serve(connection, order, of, only=through)
    return [await applications.read(connection, one.id) for one in kept]
