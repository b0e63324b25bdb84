"""Fault 12: one order among many makes the database fail, each time it is tried; only that one fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.lane import Work
from tests.databases import Urls
from tests.faults.load import Load, Shop
from tests.faults.served import the, voucher_service
from tests.voucher.redemption.stored import Stored, audited

NUMBERS = ["one", "two", "poison", "four", "five"]
FAILS = """CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'this row breaks what it is part of'; END $$"""
TRIGGER = "poisoned ON voucher.redemptions"
ON_ONE = f"""CREATE TRIGGER {TRIGGER.replace("ON", "BEFORE INSERT ON")}
             FOR EACH ROW WHEN (NEW.contract_number = 'poison') EXECUTE FUNCTION fails()"""

Offers = Callable[[Shop, Sequence[str]], Awaitable[list[int]]]


@pytest.fixture
async def poisoned(root_db: Database) -> None:
    """A database that fails for one contract."""
    async with root_db.begin() as connection:
        await connection.execute(text(FAILS))
        await connection.execute(text(ON_ONE))


async def in_a_batch(shop: Shop, keys: Sequence[str]) -> list[int]:
    """Offers in one call; how each was answered."""
    named = zip(keys, NUMBERS, strict=True)
    items = [{"key": key, "verb": "propose", **shop.offer(number)} for key, number in named]
    answer = await shop.http.post("/v1/redemptions:batch", headers=the("provider"), json={"items": items})
    return [item["status"] for item in answer.json()["items"]]


async def at_once(shop: Shop, keys: Sequence[str]) -> list[int]:
    """Offers in as many calls, which share their transactions."""
    asking = (
        shop.http.post("/v1/redemptions", headers=the("provider", key), json=shop.offer(number))
        for key, number in zip(keys, NUMBERS, strict=True)
    )
    return [answer.status_code for answer in await asyncio.gather(*asking)]


async def offered(database: Database) -> list[str]:
    async with database.read() as connection:
        found = await connection.execute(text("SELECT contract_number FROM redemptions ORDER BY 1"))
        return [str(row.contract_number) for row in found]


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize("offer", [in_a_batch, at_once])
async def test_only_the_poison_order_fails_and_is_done_once_its_cause_is_gone(
    wallet: Sequence[Stored], root_db: Database, database_urls: Urls, offer: Offers
) -> None:
    keys = [str(new_id()) for _ in NUMBERS]
    async with voucher_service(database_urls.voucher) as url, httpx2.AsyncClient(base_url=url, timeout=60) as http:
        shop = Shop(Load(url, wallet), http, wallet[0])
        assert await offer(shop, keys) == [201, 201, 500, 201, 201]
        assert await offered(wallet[0].database) == sorted(set(NUMBERS) - {"poison"})
        async with root_db.begin() as connection:
            await connection.execute(text(f"DROP TRIGGER {TRIGGER}"))
        assert await offer(shop, keys) == [201] * len(NUMBERS)
    assert await offered(wallet[0].database) == sorted(NUMBERS)
    await audited(wallet[0].database)


@pytest.mark.usefixtures("poisoned")
async def test_if_a_batch_was_not_taken_apart_all_would_fail(
    wallet: Sequence[Stored], database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def all_or_none(work: Work[Any, Any], items: Sequence[Any]) -> list[Any]:
        try:
            return list(await work.together(items))
        except DBAPIError as error:
            return [error] * len(items)

    monkeypatch.setattr(Work, "each", all_or_none)
    async with voucher_service(database_urls.voucher) as url, httpx2.AsyncClient(base_url=url, timeout=60) as http:
        shop = Shop(Load(url, wallet), http, wallet[0])
        assert await in_a_batch(shop, [str(new_id()) for _ in NUMBERS]) == [500] * len(NUMBERS)
    assert await offered(wallet[0].database) == []
