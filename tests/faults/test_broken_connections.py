"""Faults 3 and 6: connections to PostgreSQL break, just when a COMMIT was carried out, or by the dozen at random."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.chassis import database as databases
from services.chassis.database import Database
from services.chassis.ids import show
from tests.databases import Urls
from tests.faults.load import Load, an_offer, reckoned, under_load
from tests.faults.machines import Nodes, until
from tests.faults.served import the, voucher_service
from tests.faults.wire import one_in, wire_to
from tests.voucher.redemption.stored import Stored

SECONDS = 3.0
SOME, OFTEN = 4, 12
"""Of so many COMMITs the answer to one is lost, until so many are."""
ONE_TRY: dict[str, Any] = {"services.chassis.lane.TRIES": 1}
STRIKE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'innovoucher_voucher' AND datname = :it"
)
ONE = f"{STRIKE} ORDER BY random() LIMIT 1"


async def strike(root_db: Database, sql: str) -> int:
    """End connections of the service; how many."""
    async with root_db.begin() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar_one()
        return len((await connection.execute(text(sql), {"it": name})).all())


# ── 3: the answer to COMMIT ──────────────────────────────────────────────────────────────────────────────────────


async def spent_where_commits_are_not_heard(
    started: Nodes, urls: Urls, wallet: Sequence[Stored], *, keys: bool = True, **values: int
) -> Load:
    async with wire_to(urls.voucher, loses=one_in(SOME, b"COMMIT")) as wire:

        async def often() -> bool:
            return wire.lost >= OFTEN

        node = await started.start(database_url=wire.of(urls.voucher), values=values, works=False)
        async with under_load(node.url, wallet, keys=keys, ways=None if keys else [an_offer]) as load:
            await until(often)
    return load


async def test_a_commit_whose_answer_was_lost_is_acknowledged_once(
    voucher_db: Database, wallet: Sequence[Stored], database_urls: Urls, started: Nodes
) -> None:
    load = await spent_where_commits_are_not_heard(started, database_urls, wallet)
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, voucher_db) == []


async def test_if_nothing_was_played_again_the_clients_key_tells(
    voucher_db: Database, wallet: Sequence[Stored], database_urls: Urls, started: Nodes
) -> None:
    load = await spent_where_commits_are_not_heard(started, database_urls, wallet, **ONE_TRY)
    assert load.retried > 0
    assert await reckoned(load, voucher_db) == []


async def test_without_keys_it_would_be_done_again(
    voucher_db: Database, wallet: Sequence[Stored], database_urls: Urls, started: Nodes
) -> None:
    load = await spent_where_commits_are_not_heard(started, database_urls, wallet, keys=False, **ONE_TRY)
    assert [one for one in await reckoned(load, voucher_db) if "there 2 times" in one]


# ── 6: a storm ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_in_a_storm_of_ended_connections_nothing_is_lost_or_done_twice(
    voucher_db: Database, root_db: Database, wallet: Sequence[Stored], started: Nodes
) -> None:
    node = await started.start()
    struck, deadline = 0, time.monotonic() + SECONDS
    async with under_load(node.url, wallet) as load:
        while time.monotonic() < deadline:
            struck += await strike(root_db, ONE)
            await asyncio.sleep(0.03)
    assert struck > 0
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, voucher_db) == []


async def read_after_all_connections_ended(root_db: Database, stored: Stored, url: str) -> list[int]:
    """Statuses of reading a redemption, before and after every connection of the service was ended."""
    path = f"/v1/redemptions/{show('red', await stored.propose())}"
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        before = await asyncio.gather(*(http.get(path, headers=the("holder")) for _ in range(4)))
        assert await strike(root_db, STRIKE) > 0
        after = [await http.get(path, headers=the("holder")) for _ in range(4)]
    return [answer.status_code for answer in [*before, *after]]


async def test_whoever_comes_after_it_notices_nothing(
    root_db: Database, wallet: Sequence[Stored], database_urls: Urls
) -> None:
    async with voucher_service(database_urls.voucher, works=False) as url:
        assert set(await read_after_all_connections_ended(root_db, wallet[0], url)) == {200}


async def test_if_connections_were_not_tried_before_use_he_would(
    root_db: Database, wallet: Sequence[Stored], database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(url: str, **named: Any) -> AsyncEngine:
        return create_async_engine(url, **{**named, "pool_pre_ping": False})

    monkeypatch.setattr(databases, "create_async_engine", trusting)
    async with voucher_service(database_urls.voucher, works=False) as url:
        assert 503 in await read_after_all_connections_ended(root_db, wallet[0], url)
