"""Whoever keeps one voucher locked keeps that one, and none of those that others would redeem at the same time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database, overran
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations import redeem as path
from services.voucher.redemption.operations.redeem import Request, Result, redeem, redeem_all, redeem_each
from tests.conftest import SetClock
from tests.voucher.redemption.samples import holder
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, keyed

Together = Callable[[Database, Sequence[Request]], Awaitable[list[Result]]]
PATIENCE_SECONDS = 20
"""Less than a statement may take: what waits for a lock until then has waited too long."""


WAITS = {"55P03": "SET LOCAL lock_timeout TO '100ms'", "57014": "SET LOCAL statement_timeout TO '2s'"}
"""By SQLSTATE, what ends a wait for a lock sooner than in earnest."""


@pytest.fixture(params=WAITS.values(), ids=list(WAITS))
async def wallet(
    voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> list[Stored]:
    """Three vouchers, with a short wait for any of them."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    monkeypatch.setattr(path, "LOCAL", request.param)
    return [await a_stored_voucher(voucher_db) for _ in range(3)]


@asynccontextmanager
async def held(one: Stored) -> AsyncGenerator[None]:
    """Somebody else has this voucher's row for the block."""
    async with one.database.begin() as connection:
        await connection.execute(text("SELECT FROM vouchers WHERE id = :id FOR UPDATE"), {"id": one.voucher.id})
        yield


async def confirmations(wallet: Sequence[Stored]) -> list[Request]:
    asked = [orders.Confirm(redemption_id=await stored.propose(asked=100), by=holder) for stored in wallet]
    return [Request(order, keyed(order)) for order in asked]


def said(results: Sequence[Result]) -> list[str]:
    return ["done" if isinstance(one, Answer) else one.code if isinstance(one, Refusal) else "" for one in results]


async def states(wallet: Sequence[Stored], requests: Sequence[Request]) -> list[State]:
    return [(await wallet[0].redemption(one.order.redemption_id)).state for one in requests]


@pytest.mark.parametrize("together", [redeem_all, redeem_each])
async def test_of_a_batch_only_the_order_whose_voucher_is_held_is_told_to_come_later(
    wallet: list[Stored], together: Together
) -> None:
    requests = await confirmations(wallet)
    async with held(wallet[1]), asyncio.timeout(PATIENCE_SECONDS):
        results = await together(wallet[0].database, requests)
    assert said(results) == ["done", "service.unavailable", "done"]
    assert await states(wallet, requests) == [State.AUTHORISED, State.PROPOSED, State.AUTHORISED]
    assert said(await together(wallet[0].database, requests)) == ["done"] * 3
    await audited(wallet[0].database)


async def test_one_that_comes_alone_waits_no_longer(wallet: list[Stored]) -> None:
    (request,) = await confirmations(wallet[:1])
    async with held(wallet[0]), asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(DBAPIError) as raised:
            await redeem(wallet[0].database, request)
    assert overran(raised.value)
