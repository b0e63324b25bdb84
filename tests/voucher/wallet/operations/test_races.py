"""Races with real commits on connections of their own; each runs once with its guard off, to show it can fail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.chassis.ids import parse
from services.voucher.ledger.store import counters
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.operations import allocation, allowances, expiry, serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.store import applications, rounds, vouchers
from tests.conftest import SetClock
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import CLOSED, OPEN, USE_BY_ENDS, an_application
from tests.voucher.wallet.steps import (
    a_ranked_round,
    a_round,
    all_is_well,
    codes,
    done,
    draft,
    hear,
    issue,
    rank,
    seen,
    submit,
)

Api = httpx2.AsyncClient
LONG_SECONDS = 60
NEW_YEAR = datetime(2020, 12, 31, 16, 0, tzinfo=UTC)
Answer = TypeVar("Answer")


def together(store: Callable[..., Awaitable[Answer]], parties: int = 2) -> Callable[..., Awaitable[Answer]]:
    """A store function whose callers all go on only when the last of them has its answer."""
    barrier = asyncio.Barrier(parties)

    async def waits(*asked: Any, **named: Any) -> Answer:
        answer = await store(*asked, **named)
        async with asyncio.timeout(5):
            await barrier.wait()
        return answer

    return waits


async def as_owner(owner_url: str, statement: str) -> None:
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        await connection.execute(text(statement))


async def amount(database: Database, query: str) -> Any:
    async with database.read() as connection:
        return (await connection.execute(text(query))).scalar_one()


async def broken(database: Database) -> set[str]:
    return {finding.check for finding in (await run_audit(database)).findings}


# ── the last place ──────────────────────────────────────────────────────────────────────────────────────────────


def order_of(round_id: str) -> Order:
    return Order(parse("rnd", round_id), backfill=False, actor="per_1", request_id="req_1")


async def unlocked_pool(connection: Any, round_id: UUID, pool_class: str) -> rounds.Pool:
    statement = text("SELECT balance FROM round_pools WHERE round_id = :round")
    balance = (await connection.execute(statement, {"round": round_id})).scalar_one()
    return rounds.Pool(round_id, pool_class, balance)


async def unlocked_line(connection: Any, round_id: UUID, line: applications.Next, limit: int) -> list[Any]:
    (state,) = line.states
    wanted = applications.Wanted(round_id=round_id, state=ApplicationState(state))
    found, _ = await applications.find(connection, wanted, after=None, limit=limit)
    return sorted(found, key=lambda one: one.rank or 0)


async def test_of_two_for_the_last_place_one_gets_the_rest_and_one_waits(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2, amount="8980.00")
    order = order_of(round_id)
    await asyncio.gather(*(allocation.issue_batch(voucher_db, order) for _ in range(4)))
    shown = await seen(voucher_api, round_id)
    assert (shown["issued"]["amount"], shown["pool"]["amount"]) == ("8980.00", "0.00")
    assert shown["applications"] == {"issued": 1, "waitlisted": 1}
    await all_is_well(voucher_db)


async def test_the_issue_job_run_by_many_issues_each_voucher_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BATCH", 3)
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=10, amount="150000.00")

    async def job() -> None:
        while await allocation.issue_batch(voucher_db, order_of(round_id)):
            pass

    await asyncio.gather(*(job() for _ in range(4)))
    assert await amount(voucher_db, "SELECT count(*) FROM vouchers") == 8
    assert await amount(voucher_db, "SELECT sum(face) FROM vouchers") == 15_000_000
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 8, "waitlisted": 2}
    await all_is_well(voucher_db)


async def test_without_lock_and_unique_key_the_last_place_would_be_given_twice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2, amount="8980.00")
    monkeypatch.setattr(rounds, "lock_pool", unlocked_pool)
    monkeypatch.setattr(applications, "lock_in_line", together(unlocked_line))
    await as_owner(owner_url, "ALTER TABLE vouchers DROP CONSTRAINT uq_vouchers_application_id")
    await asyncio.gather(*(allocation.issue_batch(voucher_db, order_of(round_id)) for _ in range(2)))
    assert await amount(voucher_db, "SELECT sum(face) FROM vouchers") == 2 * 898_000
    assert {"round_pool.stored", "round.adds_up", "application.served"} <= await broken(voucher_db)


async def test_the_unique_key_alone_keeps_the_last_place_from_being_given_twice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1, amount="8980.00")
    monkeypatch.setattr(rounds, "lock_pool", unlocked_pool)
    monkeypatch.setattr(applications, "lock_in_line", together(unlocked_line))
    twice = [allocation.issue_batch(voucher_db, order_of(round_id)) for _ in range(2)]
    outcomes = await asyncio.gather(*twice, return_exceptions=True)
    assert len([one for one in outcomes if isinstance(one, Exception)]) == 1
    await all_is_well(voucher_db)


async def test_when_the_year_turns_while_a_batch_waits_it_counts_in_the_new_year(
    voucher_db: Database, set_clock: SetClock
) -> None:
    one, rules = an_application(), a_scheme()
    (old,) = allowance.takes(rules, quota_root_id=one.quota_root_id, day=date(2020, 12, 31))
    await set_clock(NEW_YEAR - timedelta(seconds=20))
    async with voucher_db.begin() as holding:
        await counters.lock(holding, [old])
        async with voucher_db.begin() as connection:
            waiting = asyncio.create_task(allowances.lock(connection, rules, [one]))
            await until_somebody_waits(voucher_db)
            await set_clock(NEW_YEAR)
            await holding.commit()
            counted = await waiting
    assert [key.period for key in counted.counters] == ["2021"]
    assert counted.now >= NEW_YEAR


# ── one live application ────────────────────────────────────────────────────────────────────────────────────────


async def two_drafts(api: Api, database: Database, monkeypatch: pytest.MonkeyPatch) -> list[httpx2.Response]:
    round_id, firm = await a_round(api, database), await hear(database)
    monkeypatch.setattr(applications, "live_of", together(applications.live_of))
    return list(await asyncio.gather(*(draft(api, round_id, firm) for _ in range(2))))


async def test_of_two_applications_of_one_party_one_is_kept(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = await two_drafts(voucher_api, voucher_db, monkeypatch)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [codes(answer) for answer in answers if answer.status_code == 409] == [["application.duplicate"]]
    assert await amount(voucher_db, "SELECT count(*) FROM applications") == 1
    await all_is_well(voucher_db)


async def test_without_the_unique_index_both_would_be_kept(
    voucher_api: Api, voucher_db: Database, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await as_owner(owner_url, "DROP INDEX uq_applications_live")
    answers = await two_drafts(voucher_api, voucher_db, monkeypatch)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await broken(voucher_db) == {"application.one_live"}


# ── one number ──────────────────────────────────────────────────────────────────────────────────────────────────


async def two_submissions(api: Api, database: Database, set_clock: SetClock) -> list[httpx2.Response]:
    round_id, firm = await a_round(api, database), await hear(database)
    made = done(await draft(api, round_id, firm), 201)
    await set_clock(OPEN)
    return list(await asyncio.gather(*(submit(api, made["id"], firm) for _ in range(2))))


async def test_an_application_submitted_twice_at_once_draws_one_number(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    answers = await two_submissions(voucher_api, voucher_db, set_clock)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await next_number(voucher_db) == 2
    await all_is_well(voucher_db)


async def test_without_the_applications_lock_two_numbers_would_be_drawn(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "lock", together(applications.read))
    answers = await two_submissions(voucher_api, voucher_db, set_clock)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["number"] for answer in answers}) == 2


async def test_a_submission_that_waits_on_a_lock_past_the_close_is_refused(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await set_clock(OPEN)
    async with voucher_db.begin() as connection:
        await applications.lock(connection, parse("app", made["id"]))
        waiting = asyncio.create_task(submit(voucher_api, made["id"], firm))
        await until_somebody_waits(voucher_db)
        await set_clock(CLOSED)
    assert codes(await waiting) == ["round.closed"]
    assert await next_number(voucher_db) == 1


async def next_number(database: Database) -> int:
    async with database.begin() as connection:
        return await applications.draw_number(connection)


async def until_somebody_waits(database: Database) -> None:
    for _ in range(500):
        if await amount(database, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


# ── submission against ranking ──────────────────────────────────────────────────────────────────────────────────


async def submit_while_ranking(
    api: Api, database: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, *, waits: float
) -> str:
    """A submission draws its number in the window; before it commits the window closes and the round is ranked.

    It commits when the ranking is over, or has not got past the submission in so many seconds.
    """
    drawn, go_on, draw = asyncio.Event(), asyncio.Event(), applications.draw_number

    async def drawing(connection: Any) -> int:
        drawn.set()
        async with asyncio.timeout(LONG_SECONDS):
            await go_on.wait()
        return await draw(connection)

    monkeypatch.setattr(applications, "draw_number", drawing)
    round_id, firm = await a_round(api, database), await hear(database)
    made = done(await draft(api, round_id, firm), 201)
    await set_clock(OPEN)
    submission = asyncio.create_task(submit(api, made["id"], firm))
    await drawn.wait()
    await set_clock(CLOSED)
    ranking = asyncio.create_task(rank(api, database, round_id))
    await asyncio.wait([ranking], timeout=waits)
    go_on.set()
    done(await submission)
    await ranking
    return round_id


async def test_ranking_waits_for_a_submission_under_way_and_leaves_none_behind(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = await submit_while_ranking(voucher_api, voucher_db, set_clock, monkeypatch, waits=0.3)
    assert (await seen(voucher_api, round_id))["applications"] == {"approved": 1}


async def test_without_the_rounds_lock_a_submission_would_be_left_behind(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "share", rounds.read)
    round_id = await submit_while_ranking(voucher_api, voucher_db, set_clock, monkeypatch, waits=LONG_SECONDS / 2)
    assert (await seen(voucher_api, round_id))["applications"] == {"submitted": 1}


# ── expiry ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def expired_round(api: Api, database: Database, set_clock: SetClock, firms: int) -> str:
    round_id, _ = await a_ranked_round(api, database, set_clock, firms=firms, amount="60000.00")
    await issue(api, database, round_id)
    await set_clock(USE_BY_ENDS)
    return round_id


async def test_swept_by_many_at_once_the_quota_returns_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await expired_round(voucher_api, voucher_db, set_clock, firms=3)
    swept = await asyncio.gather(*(expiry.sweep(voucher_db, USE_BY_ENDS) for _ in range(4)))
    assert sum(swept) == 3
    shown = await seen(voucher_api, round_id)
    assert (shown["pool"]["amount"], shown["reclaimed"]["amount"]) == ("60000.00", "60000.00")
    await all_is_well(voucher_db)


async def unlocked_pools(connection: Any, keys: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], rounds.Pool]:
    return {key: await unlocked_pool(connection, *key) for key in keys}


async def unlocked_due(connection: Any, upto: Any, *, pools: Any, limit: int) -> list[Any]:
    found = await vouchers.find(connection, vouchers.Wanted(), at=upto, after=None, limit=limit)
    return [voucher for voucher in found[0] if voucher.available]


async def test_without_locks_the_quota_would_return_twice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await expired_round(voucher_api, voucher_db, set_clock, firms=1)
    monkeypatch.setattr(rounds, "lock_pools", unlocked_pools)
    monkeypatch.setattr(vouchers, "lock_due", together(unlocked_due))
    assert await asyncio.gather(*(expiry.sweep(voucher_db, USE_BY_ENDS) for _ in range(2))) == [1, 1]
    assert "voucher.stored" in await broken(voucher_db)


async def test_a_back_fill_and_a_sweep_at_once_neither_lose_nor_double_the_quota(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await expired_round(voucher_api, voucher_db, set_clock, firms=6)
    order = Order(parse("rnd", round_id), backfill=True, actor="per_1", request_id="req_1")
    await asyncio.gather(
        *(expiry.sweep(voucher_db, USE_BY_ENDS) for _ in range(2)),
        *(allocation.issue_batch(voucher_db, order) for _ in range(2)),
    )
    await allocation.issue_batch(voucher_db, order)
    shown = await seen(voucher_api, round_id)
    assert (shown["backfilled"], shown["pool"]["amount"]) == (3, "0.00")
    await all_is_well(voucher_db)
