"""What a process counts of itself: requests by operation, refusals by code, and who waits for a connection."""

import asyncio
from collections.abc import AsyncGenerator

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.chassis.database import Database
from services.chassis.headers import OPERATION
from services.chassis.metrics import Measured, count_refusal
from services.chassis.refusals import Reason, Refusal
from tests.databases import Urls


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def served(operation: str, status: str, service: str = "shop") -> float:
    return counted("innovoucher_request_seconds_count", service=service, operation=operation, status=status)


@pytest.fixture
async def shop() -> AsyncGenerator[httpx2.AsyncClient]:
    app = FastAPI()

    @app.get("/things/{thing_id}")
    async def get_thing(thing_id: int) -> int:
        return 100 // thing_id

    app.add_middleware(Measured, service="shop")
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "operation", "status"),
    [("/things/7", "get_thing", "2xx"), ("/things/x", "get_thing", "4xx"), ("/elsewhere", "none", "4xx")],
)
async def test_a_request_is_counted_by_its_operation_and_never_by_its_path(
    shop: httpx2.AsyncClient, path: str, operation: str, status: str
) -> None:
    before = served(operation, status)
    answer = await shop.get(path)
    assert served(operation, status) == before + 1
    assert answer.headers[OPERATION.decode()] == operation


async def test_what_fails_is_counted_too(shop: httpx2.AsyncClient) -> None:
    before = served("get_thing", "5xx")
    assert (await shop.get("/things/0")).status_code == 500
    assert served("get_thing", "5xx") == before + 1


def test_each_reason_of_a_refusal_is_counted() -> None:
    before = counted("innovoucher_refusals_total", service="shop", code="thing.dear")
    count_refusal("shop", Refusal.of([Reason("thing.gone"), Reason("thing.dear")]))
    assert counted("innovoucher_refusals_total", service="shop", code="thing.dear") == before + 1


async def test_who_holds_a_connection_and_who_waits_for_one_is_seen(database_urls: Urls) -> None:
    database = Database(database_urls.voucher, "voucher", pool_size=1)
    pool = f"voucher/{database_urls.name}"

    def stands() -> tuple[float, ...]:
        return tuple(counted(f"innovoucher_pool_{what}", pool=pool) for what in ("size", "in_use", "waiting"))

    async def use() -> None:
        async with database.begin():
            pass

    async with database.begin():
        assert stands() == (1, 1, 0)
        waiting = asyncio.create_task(use())
        await asyncio.sleep(0)
        assert stands() == (1, 1, 1)
    await waiting
    assert stands() == (1, 0, 0)
    await database.dispose()


async def test_who_waits_in_vain_is_counted(database_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.database.POOL_WAIT_SECONDS", 0.01)
    database = Database(database_urls.voucher, "voucher", pool_size=1)
    async with database.begin():
        with pytest.raises(PoolTimeout):
            async with database.begin():
                pass
    assert counted("innovoucher_pool_timeouts_total", pool=f"voucher/{database_urls.name}") == 1
    await database.dispose()
