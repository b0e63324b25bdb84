"""A top-up and the issue want the last of one pool, and a top-up is granted many times over: it moves once."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import parse
from services.chassis.refusals import Refusal
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.wallet.domain.change_request import RequestKind
from services.voucher.wallet.operations import allocation, serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.store import rounds, vouchers
from tests.conftest import SetClock
from tests.databases import Urls
from tests.voucher.redemption.operated import ask, grant
from tests.voucher.wallet.samples import BEFORE, CLOSED, OPEN
from tests.voucher.wallet.steps import a_round, all_is_well, apply, done, hear, holder, rank, seen

Api = httpx2.AsyncClient
AT_ONCE = 8


@pytest.fixture
async def crowd_db(database_urls: Urls) -> AsyncGenerator[Database]:
    """This test's database with a connection for each of those who race."""
    database = Database(database_urls.voucher, "voucher", pool_size=AT_ONCE)
    yield database
    await database.dispose()


async def race(*runners: Any) -> list[Any]:
    """All at once; what they raise is part of the result."""
    return await asyncio.gather(*runners, return_exceptions=True)


def codes(results: list[Any]) -> set[str]:
    return {result.code for result in results if isinstance(result, Refusal)}


def granted(results: list[Any]) -> int:
    return sum(isinstance(result, Answer) for result in results)


# ── top-up × issue ──────────────────────────────────────────────────────────────────────────────────────────────


async def one_issued_one_in_line(api: Api, database: Database, set_clock: SetClock) -> tuple[str, str]:
    """A round whose pool has 1,000.00 left, which the next in line and a top-up both want."""
    await set_clock(BEFORE)
    round_id = await a_round(api, database, "20000.00")
    firms = [await hear(database) for _ in range(2)]
    await set_clock(OPEN)
    for firm in firms:
        await apply(api, round_id, firm, "19000.00")
    await set_clock(CLOSED)
    await rank(api, database, round_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "BATCH", 1)
        assert await allocation.issue_batch(database, order_of(round_id))
    (voucher,) = done(await api.get("/v1/vouchers", headers=holder(firms[0])))["items"]
    return round_id, voucher["id"]


def order_of(round_id: str) -> Order:
    return Order(round_id=parse("rnd", round_id), backfill=False, actor="per_1", request_id="req_1")


async def test_of_top_up_and_issue_one_gets_the_last_of_the_pool(
    voucher_api: Api, crowd_db: Database, set_clock: SetClock
) -> None:
    round_id, voucher_id = await one_issued_one_in_line(voucher_api, crowd_db, set_clock)
    asked = await ask(crowd_db, parse("vch", voucher_id), RequestKind.TOP_UP, amount=100_000, currency="CNY")
    results = await race(grant(crowd_db, asked), allocation.issue_batch(crowd_db, order_of(round_id)))
    assert all(isinstance(one, Answer | Refusal | bool) for one in results)
    shown = await seen(voucher_api, round_id)
    assert (shown["pool"]["amount"], shown["issued"]["amount"]) == ("0.00", "20000.00")
    assert codes(results) <= {"topup.pool_short"}
    await all_is_well(crowd_db)


async def test_without_the_lock_on_the_pool_its_last_fen_is_given_out_twice(
    voucher_api: Api, crowd_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, voucher_id = await one_issued_one_in_line(voucher_api, crowd_db, set_clock)
    asked = await ask(crowd_db, parse("vch", voucher_id), RequestKind.TOP_UP, amount=100_000, currency="CNY")
    without_lock(monkeypatch)
    await race(grant(crowd_db, asked), allocation.issue_batch(crowd_db, order_of(round_id)))
    assert {"round_pool.stored", "round.adds_up"} <= {one.check for one in (await run_audit(crowd_db)).findings}


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: both have read what is left in the pool before either takes of it, and go by what they read."""
    barrier = asyncio.Barrier(2)
    known: dict[Any, rounds.Pool] = {}

    async def read_by_both(connection: Any, round_id: Any, pool_class: str) -> rounds.Pool:
        if connection in known:
            return known[connection]
        columns = rounds.POOLS.c
        statement = rounds.POOLS.select().where(columns.round_id == round_id, columns.pool_class == pool_class)
        row = (await connection.execute(statement)).one()
        async with asyncio.timeout(5):
            await barrier.wait()
        known[connection] = rounds.Pool(row.round_id, row.pool_class, row.balance)
        return known[connection]

    monkeypatch.setattr(rounds, "lock_pool", read_by_both)


# ── one key, one top-up ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_top_up_granted_again_with_its_key_is_one(
    voucher_api: Api, crowd_db: Database, set_clock: SetClock
) -> None:
    _, voucher_id = await one_issued_one_in_line(voucher_api, crowd_db, set_clock)
    asked = await ask(crowd_db, parse("vch", voucher_id), RequestKind.TOP_UP, amount=50_000, currency="CNY")
    answers = await race(*(grant(crowd_db, asked, key="k1") for _ in range(AT_ONCE)))
    assert [answer.replayed for answer in answers].count(False) == 1
    async with crowd_db.read() as connection:
        voucher = await vouchers.read(connection, parse("vch", voucher_id))
    assert voucher.face == 1_950_000
    await all_is_well(crowd_db)


async def test_granted_under_other_keys_it_is_still_one(
    voucher_api: Api, crowd_db: Database, set_clock: SetClock
) -> None:
    _, voucher_id = await one_issued_one_in_line(voucher_api, crowd_db, set_clock)
    asked = await ask(crowd_db, parse("vch", voucher_id), RequestKind.TOP_UP, amount=50_000, currency="CNY")
    results = await race(*(grant(crowd_db, asked) for _ in range(AT_ONCE)))
    assert (granted(results), codes(results)) == (1, {"change_request.state"})
    await all_is_well(crowd_db)
