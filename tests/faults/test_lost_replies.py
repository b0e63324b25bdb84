"""Fault 4: the reply to a request is lost on its way, and five retry at once: one effect, and one body for all."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.redemption.domain.orders import Capture
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.keyless import without_keys
from tests.faults.served import the, voucher_service
from tests.voucher.redemption.samples import YUAN, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out

RETRIES = 5
PART = 1_000 * YUAN
BODY = {"amount": {"amount": "1000.00", "currency": "CNY"}, "reason": "计算错误"}
"""A refund of a part of what was captured: without a key it could be given back again and again."""


@dataclass(frozen=True)
class Captured:
    """A redemption of which a part can be refunded, and how its service is called."""

    http: httpx2.AsyncClient
    stored: Stored
    id: UUID

    @property
    def path(self) -> str:
        return f"/v1/redemptions/{show('red', self.id)}/refund"

    async def refunded(self) -> int:
        return (await self.stored.redemption(self.id)).refunded


def alone(captured: Captured) -> tuple[str, dict[str, Any]]:
    """A refund in a call of its own: its path, and what is sent."""
    return captured.path, BODY


def in_a_batch(captured: Captured) -> tuple[str, dict[str, Any]]:
    """The same as the only item of a batch."""
    item = {"key": str(captured.id), "verb": "refund", "redemption_id": show("red", captured.id), **BODY}
    return "/v1/redemptions:batch", {"items": [item]}


def told(answer: httpx2.Response) -> Any:
    """The redemption as the answer has it."""
    said = answer.json()
    return said["items"][0]["redemption"] if "items" in said else said


Way = Callable[[Captured], tuple[str, dict[str, Any]]]
Cut = Callable[[Captured, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def captured(voucher_db: Database, database_urls: Urls, set_clock: SetClock) -> AsyncGenerator[Captured]:
    """A captured redemption, and the voucher service over real HTTP."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(voucher_db)
    one = await stored.accepted()
    await carry_out(voucher_db, Capture(redemption_id=one, by=provider, currency="CNY", capture_id=new_id()))
    async with voucher_service(database_urls.voucher) as url, httpx2.AsyncClient(base_url=url, timeout=30) as http:
        yield Captured(http, stored, one)


async def at_once(_: Captured, writer: asyncio.StreamWriter) -> None:
    """Before anything was done, or while it is done, or after: nobody knows."""
    writer.transport.abort()


async def once_it_is_done(captured: Captured, writer: asyncio.StreamWriter) -> None:
    """After the commit: only the reply is lost."""
    for _ in range(200):
        if await captured.refunded():
            break
        await asyncio.sleep(0.02)
    writer.transport.abort()


async def send_and_cut(captured: Captured, headers: dict[str, str], way: Way, cut: Cut) -> None:
    """Send the whole of a request, and cut the connection without reading an answer."""
    path, body = way(captured)
    request = captured.http.build_request("POST", path, headers=headers, json=body)
    _, writer = await asyncio.open_connection(request.url.host, request.url.port)
    lines = [f"{request.method} {request.url.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + request.content)
    await writer.drain()
    await cut(captured, writer)


async def lose_and_retry(captured: Captured, cut: Cut, way: Way = alone) -> list[httpx2.Response]:
    """One refund whose reply is lost, and the answers to five retries at once under its key."""
    headers = the("provider")
    await send_and_cut(captured, headers, way, cut)
    path, body = way(captured)
    again = (captured.http.post(path, headers=headers, json=body) for _ in range(RETRIES))
    return list(await asyncio.gather(*again))


@pytest.mark.parametrize("way", [alone, in_a_batch])
@pytest.mark.parametrize("cut", [at_once, once_it_is_done])
async def test_a_lost_reply_is_told_to_five_who_retry_at_once_and_nothing_happens_twice(
    captured: Captured, cut: Cut, way: Way
) -> None:
    answers = await lose_and_retry(captured, cut, way)
    assert {answer.status_code for answer in answers} == {200}
    assert [told(answer) for answer in answers] == [told(answers[0])] * RETRIES
    assert told(answers[0])["refunded"] == BODY["amount"]
    assert await captured.refunded() == PART
    await audited(captured.stored.database)


async def test_after_the_commit_every_retry_is_a_replay(captured: Captured) -> None:
    answers = await lose_and_retry(captured, once_it_is_done)
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == ["true"] * RETRIES


async def test_without_keys_every_retry_refunds_again(
    captured: Captured, monkeypatch: pytest.MonkeyPatch, superuser_url: str
) -> None:
    await without_keys(monkeypatch, superuser_url)
    answers = await lose_and_retry(captured, once_it_is_done)
    assert len({answer.json()["refunded"]["amount"] for answer in answers}) == RETRIES
    assert await captured.refunded() == (1 + RETRIES) * PART
