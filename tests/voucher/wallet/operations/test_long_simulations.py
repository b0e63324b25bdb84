"""A simulation of many is a job: it answers what trying it at once would, and goes on where it was cut off."""

import asyncio
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from sqlalchemy.pool import QueuePool

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.timers import Timetable
from services.voucher.app import HANDLERS
from services.voucher.wallet.domain.judged import Judged
from services.voucher.wallet.operations import long_simulations, simulating
from tests.conftest import SetClock
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.api.test_simulations import BUDGET, PEOPLE, sent
from tests.voucher.wallet.operations.test_simulating import a_small_round
from tests.voucher.wallet.steps import codes, done, operator, work

Api = httpx2.AsyncClient
TRIED: dict[str, Any] = {"file": FILE, "population": PEOPLE, "budget": BUDGET, "as_of": "2020-09-15"}


async def ordered(api: Api, **changes: Any) -> httpx2.Response:
    return await api.post("/v1/simulations", headers=operator(), json={**TRIED, **changes})


async def at_once(api: Api, **changes: Any) -> httpx2.Response:
    return await api.post("/v1/schemes:simulate", headers=operator(), json={**TRIED, **changes})


async def ended(api: Api, database: Database, job_id: str) -> dict[str, Any]:
    await work(database)
    job = done(await api.get(f"/v1/jobs/{job_id}", headers=operator()))
    assert job["state"] == "done", job
    return job


async def test_a_job_answers_what_trying_it_at_once_does(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_simulations, "BATCH", 128)
    job = await ended(voucher_api, voucher_db, done(await ordered(voucher_api), 202)["id"])
    assert (job["done"], job["total"]) == (300, 300)
    assert job["report"] == done(await at_once(voucher_api))


async def test_a_job_on_those_of_a_round_answers_what_trying_it_at_once_does(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_small_round(voucher_api, voucher_db, set_clock)
    of_round = {"population": None, "round_id": round_id}
    job = await ended(voucher_api, voucher_db, done(await ordered(voucher_api, **of_round), 202)["id"])
    assert job["report"]["applicants"] == 4
    assert job["report"] == done(await at_once(voucher_api, **of_round))


async def test_too_many_to_wait_for_are_a_job(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulating, "AT_ONCE_MAX", 2)
    file = await sent(voucher_api, "asked,region\n20000.00,440703\n20000.00,440703\n20000.00,310000\n")
    of_file = {"population": None, "holders_file": file}
    for many in ({}, of_file):
        assert codes(await at_once(voucher_api, **many)) == ["simulation.too_many"]
    job = await ended(voucher_api, voucher_db, done(await ordered(voucher_api, **of_file), 202)["id"])
    assert (job["report"]["applicants"], job["report"]["refused"]) == (3, 3)


async def test_a_faulty_file_is_refused_before_there_is_a_job(voucher_api: Api) -> None:
    file = await sent(voucher_api, "asked\nmany\n")
    assert codes(await ordered(voucher_api, population=None, holders_file=file)) == ["roster.cell"]
    assert codes(await ordered(voucher_api, budget={"amount": "1.00", "currency": "EUR"})) == ["application.currency"]


async def test_the_same_request_is_one_job(voucher_api: Api) -> None:
    headers = operator()
    first, again = [await voucher_api.post("/v1/simulations", headers=headers, json=TRIED) for _ in range(2)]
    assert done(first, 202)["id"] == done(again, 202)["id"]


async def test_a_job_that_was_cut_off_goes_on_where_it_was(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_simulations, "BATCH", 100)
    job_id = parse("job", done(await ordered(voucher_api), 202)["id"])
    looked_at: list[int] = []
    more = Judged.more

    def counted(self: Judged, trial: Any, batch: Any) -> Judged:
        looked_at.append(batch[0].number)
        if looked_at == [1, 101]:
            raise RuntimeError("cut off")
        return more(self, trial, batch)

    monkeypatch.setattr(Judged, "more", counted)
    worker = jobs.Worker(voucher_db, HANDLERS, Timetable([]))
    while await worker.run_once():
        pass
    assert looked_at == [1, 101, 101, 201]
    assert (await read(voucher_db, job_id)).report == done(await at_once(voucher_api))


async def test_one_is_tried_at_a_time(voucher_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = 0, 0
    to_thread = asyncio.to_thread

    async def counted(*told: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        found = await to_thread(*told)
        under_way -= 1
        return found

    monkeypatch.setattr(asyncio, "to_thread", counted)
    await asyncio.gather(*(at_once(voucher_api) for _ in range(3)))
    assert most == 1


async def read(database: Database, job_id: UUID) -> jobs.Job:
    async with database.read() as connection:
        return await jobs.read(connection, job_id)


async def test_applicants_are_read_before_a_job_is_asked_for_and_while_nothing_is_locked(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    read = simulating.applicants_of

    def noted(*said: Any) -> Any:
        held.append(cast(QueuePool, voucher_db.engine.pool).checkedout())
        return read(*said)

    monkeypatch.setattr(long_simulations, "applicants_of", noted)
    done(await ordered(voucher_api), 202)
    assert held == [0]
