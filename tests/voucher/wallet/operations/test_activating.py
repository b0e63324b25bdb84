"""A round may be issued as drafts, which take their quota and become usable together, each once."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.wallet.operations import activating
from tests.conftest import SetClock
from tests.voucher.wallet.samples import USE_BY_ENDS
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_ranked_round,
    all_is_well,
    codes,
    done,
    hear_calendar,
    holder,
    issue,
    move_to,
    operator,
    seen,
    work,
)

Api = httpx2.AsyncClient
WHY = {"reason": "The results were published.", "document": "江工信〔2020〕9号"}


async def a_round_of_drafts(api: Api, database: Database, set_clock: SetClock, firms: int = 3) -> tuple[str, list[Any]]:
    round_id, organizations = await a_ranked_round(api, database, set_clock, firms=firms, amount="60000.00")
    done(await api.post(f"/v1/rounds/{round_id}/issue", headers=operator(), json={"activate": False}), 202)
    await work(database)
    return round_id, organizations


async def activate(api: Api, round_id: str) -> httpx2.Response:
    return await api.post(f"/v1/rounds/{round_id}/activate", headers=operator(), json=WHY)


async def report_of(api: Api, job: dict[str, Any]) -> Any:
    return done(await api.get(f"/v1/jobs/{job['id']}", headers=operator()))["report"]


async def states(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(text("SELECT state FROM vouchers ORDER BY id"))).scalars())


async def open_tasks(api: Api) -> list[str]:
    page = done(await api.get("/v1/tasks", headers=operator()))
    return [task["kind"] for task in page["items"] if task["subject_kind"] == "round"]


async def test_drafts_take_their_quota_and_wait_for_the_operator(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_round_of_drafts(voucher_api, voucher_db, set_clock)
    assert await states(voucher_db) == ["draft"] * 3
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "0.00"
    assert await open_tasks(voucher_api) == ["round.activate"]
    await all_is_well(voucher_db)


async def test_all_drafts_of_a_round_become_usable_and_their_holders_are_told(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activating, "BATCH", 2)
    round_id, (firm, *_) = await a_round_of_drafts(voucher_api, voucher_db, set_clock)
    job = done(await activate(voucher_api, round_id), 202)
    await work(voucher_db)
    assert await report_of(voucher_api, job) == {"activated": 3, "ended": 0}
    assert await states(voucher_db) == ["active"] * 3
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"]
    assert (told[-1]["type"], told[-1]["data"]["reason"]) == ("voucher.activated", WHY["reason"])
    assert await open_tasks(voucher_api) == []
    await all_is_well(voucher_db)


async def test_two_jobs_at_once_activate_each_draft_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activating, "BATCH", 1)
    round_id, _ = await a_round_of_drafts(voucher_api, voucher_db, set_clock)
    jobs = [done(await activate(voucher_api, round_id), 202) for _ in range(2)]
    await asyncio.gather(work(voucher_db), work(voucher_db))
    assert sum([(await report_of(voucher_api, job))["activated"] for job in jobs]) == 3
    await all_is_well(voucher_db)


async def test_a_job_that_died_between_two_batches_activates_the_rest(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activating, "BATCH", 1)
    round_id, _ = await a_round_of_drafts(voucher_api, voucher_db, set_clock)
    job = done(await activate(voucher_api, round_id), 202)
    activate_batch, left = activating.activate_batch, iter([True])

    async def once(*asked: Any) -> bool:
        if not next(left, False):
            raise ConnectionError
        return await activate_batch(*asked)

    monkeypatch.setattr(activating, "activate_batch", once)
    with monkeypatch.context() as patched:
        patched.setattr("services.chassis.jobs.TRIES", 1)
        await work(voucher_db)
    assert await states(voucher_db) == ["active", "draft", "draft"]
    monkeypatch.setattr(activating, "activate_batch", activate_batch)
    done(await voucher_api.post(f"/v1/jobs/{job['id']}/resume", headers=operator()), 202)
    await work(voucher_db)
    assert await report_of(voucher_api, job) == {"activated": 3, "ended": 0}
    await all_is_well(voucher_db)


async def test_a_draft_that_has_ended_is_not_activated(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_round_of_drafts(voucher_api, voucher_db, set_clock)
    job = done(await activate(voucher_api, round_id), 202)
    await set_clock(USE_BY_ENDS)
    await work(voucher_db)
    assert await report_of(voucher_api, job) == {"activated": 0, "ended": 3}
    await move_to(set_clock, voucher_db, USE_BY_ENDS)
    assert await states(voucher_db) == ["expired"] * 3
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "60000.00"
    await all_is_well(voucher_db)


async def test_nothing_is_activated_before_the_first_allocation_is_done_nor_by_another_bureau(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    assert codes(await activate(voucher_api, round_id)) == ["round.not_issued"]
    await issue(voucher_api, voucher_db, round_id)
    foreign = operator(bureau="another")
    refused = await voucher_api.post(f"/v1/rounds/{round_id}/activate", headers=foreign, json=WHY)
    assert refused.status_code == 404
    headers = operator()
    path = f"/v1/rounds/{round_id}/activate"
    first, again = [await voucher_api.post(path, headers=headers, json=WHY) for _ in range(2)]
    assert done(first, 202) == done(again, 202)


async def test_a_round_that_was_not_ranked_has_no_drafts(voucher_api: Api, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    assert codes(await activate(voucher_api, await a_draft_round(voucher_api))) == ["round.not_issued"]
