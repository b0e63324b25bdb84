"""Fault 5: the client hangs up at every single point at which its request waits, and asks again."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Coroutine, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.pool import QueuePool

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.redemption.domain.orders import Capture
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.served import the, voucher_app
from tests.voucher.redemption.samples import YUAN, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out

PART = 10 * YUAN
BODY = {"amount": {"amount": "10.00", "currency": "CNY"}, "reason": "计算错误"}


@dataclass
class HangsUp:
    """Awaits something, and cancels its task when it waits for the so-manieth time, from 1."""

    awaited: Coroutine[Any, Any, Any]
    at: int
    waits: int = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self.awaited.__await__()
        go_on = partial(next, steps)
        while True:
            try:
                waiting = go_on()
            except StopIteration as end:
                return end.value
            self.waits += 1
            if self.waits == self.at:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waiting
            except asyncio.CancelledError as hung_up:
                go_on = partial(steps.throw, hung_up)
            else:
                go_on = partial(next, steps)


@dataclass(frozen=True)
class Captured:
    """A redemption of which parts can be refunded, and the app that does it."""

    app: FastAPI
    http: httpx2.AsyncClient
    stored: Stored
    id: UUID

    async def refund(self, key: str) -> httpx2.Response:
        path = f"/v1/redemptions/{show('red', self.id)}/refund"
        return await self.http.post(path, headers=the("provider", key), json=BODY)

    async def refunded(self) -> int:
        return (await self.stored.redemption(self.id)).refunded

    async def hung_up(self, key: str, at: int) -> bool:
        """Refund, and hang up where it waits for the so-manieth time; whether it waited that often."""

        async def wait() -> None:
            await HangsUp(self.refund(key), at)

        task = asyncio.create_task(wait())
        await asyncio.wait([task])
        return task.cancelled()


@pytest.fixture
async def captured(voucher_db: Database, database_urls: Urls, set_clock: SetClock) -> AsyncGenerator[Captured]:
    """A captured redemption, and the service's app without a socket: a hang-up reaches its very code."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(voucher_db)
    one = await stored.accepted()
    await carry_out(voucher_db, Capture(redemption_id=one, by=provider, currency="CNY", capture_id=new_id()))
    async with voucher_app(database_urls.voucher, works=False) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(base_url="http://voucher", transport=transport, timeout=30) as http:
            captured = Captured(app, http, stored, one)
            await captured.refund(str(new_id()))  # from here on the keys that verify tokens are at hand
            yield captured


async def hang_up_everywhere(captured: Captured, *, keys: bool = True) -> int:
    """Hang up at the first point, then in another refund at the second, and so on, each asked for again.

    How many refunds were asked for in all, the one before these among them. A request waits at one point today: for
    its transaction.
    """
    for at in itertools.count(1):
        key = str(new_id())
        if not await captured.hung_up(key, at):
            return at + 1
        again = await captured.refund(key if keys else str(new_id()))
        assert again.status_code == 200
    raise AssertionError


async def test_wherever_a_client_hangs_up_what_he_asks_for_again_is_done_once(captured: Captured) -> None:
    refunds = await hang_up_everywhere(captured)
    assert refunds > 2
    assert await captured.refunded() == refunds * PART
    (database,) = captured.app.state.service.databases.all
    assert cast(QueuePool, database.engine.pool).checkedout() == 0
    await audited(captured.stored.database)


async def test_without_keys_it_would_be_done_twice(captured: Captured) -> None:
    refunds = await hang_up_everywhere(captured, keys=False)
    assert await captured.refunded() > refunds * PART
