"""Who comes first is served at once, in the order of the numbers, while the budget lasts."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import show
from services.voucher.wallet.store import rounds
from tests.conftest import SetClock
from tests.voucher.wallet.methods import LAST_PLACE, WAITING_LIST, a_round_by, by
from tests.voucher.wallet.operations.test_races import amount, broken, unlocked_pool
from tests.voucher.wallet.rush import FIRMS
from tests.voucher.wallet.samples import BEFORE, OPEN, USE_BY_ENDS
from tests.voucher.wallet.steps import (
    a_draft_round,
    all_is_well,
    apply,
    codes,
    done,
    draft,
    hear,
    hear_calendar,
    holder,
    issue,
    move_to,
    operator,
    seen,
    submit,
    verb,
)

Api = httpx2.AsyncClient
DRAFTED = """
INSERT INTO applications (id, round_id, holder_id, quota_root_id, region, client, state, amount, reasons, created_by,
                          created_at)
SELECT gen_random_uuid(), round_id, firm, firm, region, client, state, amount, reasons, created_by, created_at
FROM applications, lateral (
    SELECT right(key, 32)::uuid AS firm FROM directory_facts
    WHERE kind = 'organization' AND right(key, 32)::uuid <> holder_id
) AS firms
"""
NO_LIST = (WAITING_LIST, "waiting_list: {value: false,")
WHOLE = (LAST_PLACE, "last_place: {value: whole,")


async def first_come(api: Api, database: Database, set_clock: SetClock, *changes: tuple[str, str], **named: Any) -> str:
    round_id = await a_round_by("first_come", api, database, set_clock, *changes, **named)
    await set_clock(OPEN)
    return round_id


async def come(api: Api, database: Database, round_id: str, *asked: str) -> list[dict[str, Any]]:
    """Firms apply one after another."""
    return [await apply(api, round_id, await hear(database), amount) for amount in asked]


async def test_a_voucher_is_issued_in_the_call_that_submits(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    assert (made["state"], made["rank"]) == ("issued", 1)
    (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    assert (voucher["state"], voucher["face"]["amount"]) == ("active", "20000.00")
    await all_is_well(voucher_db)


async def test_who_comes_later_gets_the_rest_and_then_waits(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, amount="25000.00")
    made = await come(voucher_api, voucher_db, round_id, "20000.00", "20000.00", "1.00")
    assert [one["state"] for one in made] == ["issued", "issued", "waitlisted"]
    assert [one["rank"] for one in made] == [1, 2, 3]
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "0.00"
    await all_is_well(voucher_db)


async def test_without_a_waiting_list_he_is_told_at_once_and_a_smaller_wish_is_served(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, NO_LIST, WHOLE, amount="25000.00")
    made = await come(voucher_api, voucher_db, round_id, "20000.00", "6000.00", "5000.00")
    assert [one["state"] for one in made] == ["issued", "unserved", "issued"]
    await all_is_well(voucher_db)


async def test_who_waits_is_served_before_who_comes_after_him(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, WHOLE, amount="25000.00")
    made = await come(voucher_api, voucher_db, round_id, "20000.00", "6000.00", "5000.00")
    assert [one["state"] for one in made] == ["issued", "waitlisted", "waitlisted"]
    await all_is_well(voucher_db)


async def test_what_comes_back_goes_to_who_waits(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, amount="20000.00")
    await come(voucher_api, voucher_db, round_id, "20000.00", "20000.00")
    await move_to(set_clock, voucher_db, USE_BY_ENDS)
    report = await issue(voucher_api, voucher_db, round_id, "backfill")
    assert (report["issued"], report["waiting"]) == (1, 0)
    await all_is_well(voucher_db)


async def test_a_round_without_money_is_not_published(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api, by("first_come"))
    assert codes(await verb(voucher_api, round_id, "publish")) == ["round.not_funded"]


async def test_nothing_is_ranked(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.first_come"]
    assert not done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]


async def crowd(api: Api, database: Database, round_id: str, firms: int) -> list[tuple[UUID, str]]:
    """So many firms with a draft each; all but the first are written straight into the tables."""
    done(await draft(api, round_id, await hear(database)), 201)
    async with database.begin() as connection:
        await connection.execute(text(FIRMS), {"firms": firms})
        await connection.execute(text(DRAFTED))
        found = await connection.execute(text("SELECT holder_id, id FROM applications"))
        return [(row.holder_id, show("app", row.id)) for row in found]


async def rush(api: Api, app: Any, crowd: list[tuple[UUID, str]], *, at_once: int) -> list[str]:
    """All submit at once, over so many connections; who is not let in, as revocations grow old, asks again."""
    room = asyncio.Semaphore(at_once)

    async def one(firm: UUID, application_id: str) -> str:
        async with room:
            answer = await submit(api, application_id, firm)
        if answer.status_code == 503:
            await app.state.service.revocations.hear()
            return await one(firm, application_id)
        state: str = done(answer)["state"]
        return state

    return list(await asyncio.gather(*(one(*each) for each in crowd)))


async def test_a_thousand_at_once_on_the_last_ten_units_get_exactly_ten(
    voucher_api: Api, voucher_app: Any, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, amount="200000.00")
    states = await rush(voucher_api, voucher_app, await crowd(voucher_api, voucher_db, round_id, 1_000), at_once=16)
    assert (states.count("issued"), states.count("waitlisted")) == (10, 990)
    assert await amount(voucher_db, "SELECT sum(face) FROM vouchers") == 20_000_000
    assert await amount(voucher_db, "SELECT max(number) FROM applications WHERE state = 'issued'") == 10
    await all_is_well(voucher_db)


async def test_without_the_pools_lock_more_than_ten_would_be_issued(
    voucher_api: Api, voucher_app: Any, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = await first_come(voucher_api, voucher_db, set_clock, amount="40000.00")
    firms = await crowd(voucher_api, voucher_db, round_id, 6)
    monkeypatch.setattr(rounds, "lock_pool", unlocked_pool)
    monkeypatch.setattr("services.voucher.wallet.store.applications.last_rank", _a_rank_of_its_own())
    await rush(voucher_api, voucher_app, firms, at_once=6)
    assert await amount(voucher_db, "SELECT sum(face) FROM vouchers") > 4_000_000
    assert "round_pool.stored" in await broken(voucher_db)


def _a_rank_of_its_own() -> Any:
    """Each caller counts from elsewhere, so that the unique rank does not stand in for the lock."""
    given = iter(range(0, 10_000, 100))

    async def last_rank(connection: Any, round_id: UUID) -> int:
        return next(given)

    return last_rank
