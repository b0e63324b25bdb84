"""The elected worker looks at what waits; nobody else tells of it, and what is not seen any more is not told."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.election import Office
from services.chassis.ids import new_id
from services.chassis.tasks import Task, open_tasks
from services.chassis.timers import Timetable
from services.chassis.watching import Kind, Reading, at_timers, at_work, keep_watching, look_around
from tests.chassis.test_jobs import Alarms, now
from tests.waiting import until

SEEN = Kind("innovoucher_things", "Things.", ("size",))
Told = Callable[..., float | None]


@pytest.fixture
async def office(voucher_db: Database) -> AsyncGenerator[Office]:
    held = Office(voucher_db, jobs.OFFICE)
    await held.held()
    yield held
    await held.resign()


async def two_small(_: AsyncConnection) -> Iterable[Reading]:
    return [Reading(SEEN, 2, ("small",))]


async def confused(_: AsyncConnection) -> Iterable[Reading]:
    raise ArithmeticError


@pytest.fixture
def told(voucher_db: Database) -> Told:
    """What is told of this test's database; None when it is not."""

    def value(name: str, **labels: str) -> float | None:
        place = {"schema": "voucher", "database": str(voucher_db.engine.url.database)}
        return REGISTRY.get_sample_value(name, {**place, **labels})

    return value


async def test_what_the_elected_worker_sees_is_told_until_it_ends(office: Office, told: Told) -> None:
    watching = asyncio.create_task(keep_watching(office, [two_small], seconds=0.01))
    await until(lambda: told(SEEN.name, size="small") == 2)
    watching.cancel()
    await asyncio.wait([watching])
    assert told(SEEN.name, size="small") is None


async def test_who_is_not_elected_any_more_tells_nothing(office: Office, told: Told) -> None:
    watching = asyncio.create_task(keep_watching(office, [two_small], seconds=0.01))
    await until(lambda: told(SEEN.name, size="small") == 2)
    office.lost()
    await until(lambda: told(SEEN.name, size="small") is None)
    watching.cancel()
    await asyncio.wait([watching])


async def test_a_look_that_fails_is_logged_and_hides_no_other(office: Office) -> None:
    with capture_logs() as logged:
        assert await look_around(office, [confused, two_small]) == [Reading(SEEN, 2, ("small",))]
    assert [line["event"] for line in logged] == ["watch.failed"]


async def seen(database: Database, timetable: Timetable) -> dict[str, float]:
    async with database.read() as connection:
        return {reading.kind.name: reading.value for reading in await at_timers(timetable)(connection)}


async def test_a_timer_is_late_by_business_time_and_stuck_by_real_time(voucher_db: Database) -> None:
    yesterday = await now(voucher_db) - timedelta(days=1)

    class Stuck(Alarms):
        async def run(self, database: Database, upto: object) -> int:
            return 0

    timetable = Timetable([Stuck([yesterday])])
    await timetable.run_due(voucher_db)
    readings = await seen(voucher_db, timetable)
    assert 86_400 <= readings["innovoucher_timer_late_seconds"] < 90_000
    assert 0 < readings["innovoucher_timer_stuck_seconds"] < 3_600


@pytest.mark.parametrize("days", [[], [1]])
async def test_a_timer_with_nothing_due_is_neither(voucher_db: Database, days: list[int]) -> None:
    timetable = Timetable([Alarms([await now(voucher_db) + timedelta(days=day) for day in days])])
    assert await seen(voucher_db, timetable) == {
        "innovoucher_timer_late_seconds": 0,
        "innovoucher_timer_stuck_seconds": 0,
    }


async def worked(database: Database) -> dict[tuple[str, ...], float]:
    async with database.read() as connection:
        return {(reading.kind.name, *reading.labels): reading.value for reading in await at_work(connection)}


async def test_jobs_are_told_by_state_and_an_old_failure_no_more(voucher_db: Database, owner_url: str) -> None:
    async with voucher_db.begin() as connection:
        kept = [await jobs.enqueue(connection, "list", {}, actor="per_1") for _ in range(3)]
        failed = text(
            "UPDATE jobs SET state = 'failed', finished_at = clock_timestamp() - CAST(:ago AS interval) WHERE id = :id"
        )
        for job, days in zip(kept[1:], (0.5, 2), strict=True):
            await connection.execute(failed, {"id": job.id, "ago": timedelta(days=days)})
    told = await worked(voucher_db)
    counts = [told["innovoucher_jobs", state] for state in ("queued", "running", "failed")]
    assert counts == [1, 0, 1]
    assert told["innovoucher_jobs_oldest_seconds", "failed"] == pytest.approx(43_200, abs=600)
    assert told["innovoucher_jobs_oldest_seconds", "running"] == 0


async def test_tasks_are_told_by_role_and_those_that_are_late(voucher_db: Database) -> None:
    at = await now(voucher_db)
    dues = (at - timedelta(days=1), at + timedelta(days=1), None)
    async with voucher_db.begin() as connection:
        await open_tasks(connection, [Task("look", "thing", new_id(), "reviewer", at, due) for due in dues])
    told = await worked(voucher_db)
    assert (told["innovoucher_tasks_open", "reviewer"], told["innovoucher_tasks_overdue", "reviewer"]) == (3, 1)
