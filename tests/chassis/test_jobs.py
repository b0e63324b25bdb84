"""A job is carried out exactly as its transaction says, resumed where it stopped, and reports how it ended."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from services.chassis import clock, jobs, sandbox
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.jobs import Run, Worker
from services.chassis.refusals import NotFound, Refusal
from services.chassis.timers import Timetable

NONE = Timetable([])


class Killed(BaseException):
    """The end of a worker that has no time to put anything in order."""


async def enqueue(database: Database, kind: str = "count") -> jobs.Job:
    async with database.begin() as connection:
        return await jobs.enqueue(connection, kind, {"to": 3}, actor="per_1")


async def read(database: Database, job: jobs.Job) -> jobs.Job:
    async with database.read() as connection:
        return await jobs.read(connection, job.id)


async def let_lease_expire(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second'"))


async def let_another_take_over(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE jobs SET tries = tries + 1"))


async def count(run: Run) -> dict[str, Any]:
    for number in range(run.job.checkpoint.get("next", 0), run.job.payload["to"]):
        async with run.database.begin() as connection:
            await run.progress(connection, done=number + 1, total=3, checkpoint={"next": number + 1})
    return {"counted": run.job.payload["to"]}


async def test_a_job_is_carried_out_and_reports(voucher_db: Database) -> None:
    job = await enqueue(voucher_db)
    assert await Worker(voucher_db, {"count": count}, NONE).run_once()
    ended = await read(voucher_db, job)
    assert (ended.state, ended.done, ended.total, ended.report) == ("done", 3, 3, {"counted": 3})


async def test_a_job_of_a_rolled_back_transaction_never_was(voucher_db: Database) -> None:
    async with voucher_db.engine.connect() as connection, connection.begin() as transaction:
        await jobs.enqueue(connection, "count", {}, actor="per_1")
        await transaction.rollback()
    assert not await Worker(voucher_db, {"count": count}, NONE).run_once()


async def test_two_workers_carry_a_job_out_once(voucher_db: Database) -> None:
    carried = []

    async def once(run: Run) -> dict[str, Any]:
        carried.append(run.job.id)
        await asyncio.sleep(0.05)
        return {}

    await enqueue(voucher_db, "once")
    workers = [Worker(voucher_db, {"once": once}, NONE) for _ in range(2)]
    await asyncio.gather(*(worker.run_once() for worker in workers))
    assert len(carried) == 1


async def test_a_job_whose_worker_died_goes_on_from_its_checkpoint(voucher_db: Database) -> None:
    started = []

    async def dies_at_first(run: Run) -> dict[str, Any]:
        started.append(run.job.checkpoint)
        async with run.database.begin() as connection:
            await run.progress(connection, done=1, checkpoint={"next": 1})
        if len(started) == 1:
            raise Killed
        return {}

    job = await enqueue(voucher_db, "dies")
    worker = Worker(voucher_db, {"dies": dies_at_first}, NONE)
    with pytest.raises(Killed):
        await worker.run_once()
    assert not await worker.run_once(), "the lease still holds"
    await let_lease_expire(voucher_db)
    assert await worker.run_once()
    assert started == [{}, {"next": 1}]
    assert (await read(voucher_db, job)).state == "done"


async def stopped_in_the_middle(database: Database, before: Awaitable[Any] | None = None) -> jobs.Job:
    """A job whose worker was stopped while its handler worked; ``before`` happens just before that."""
    job, working = await enqueue(database), asyncio.Event()

    async def never_ends(_: Run) -> dict[str, Any]:
        working.set()
        await asyncio.Event().wait()
        return {}

    worker = asyncio.create_task(Worker(database, {"count": never_ends}, NONE).run_forever())
    await working.wait()
    if before is not None:
        await before
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    return job


async def test_a_worker_that_is_stopped_gives_its_job_back_to_the_next_at_once(voucher_db: Database) -> None:
    job = await stopped_in_the_middle(voucher_db)
    assert (await read(voucher_db, job)).state == "queued"
    assert await Worker(voucher_db, {"count": count}, NONE).run_once()
    assert (await read(voucher_db, job)).state == "done"


async def test_a_worker_that_is_stopped_after_another_took_over_takes_nothing_away(voucher_db: Database) -> None:
    with capture_logs() as logs:
        job = await stopped_in_the_middle(voucher_db, let_another_take_over(voucher_db))
    assert ((await read(voucher_db, job)).state, (await read(voucher_db, job)).tries) == ("running", 2)
    assert [entry["event"] for entry in logs if entry["log_level"] != "info"] == ["job.lease_left"]


async def test_a_failing_job_is_tried_five_times_and_can_be_resumed(voucher_db: Database) -> None:
    async def fails(run: Run) -> dict[str, Any]:
        raise ArithmeticError

    job = await enqueue(voucher_db, "fails")
    worker = Worker(voucher_db, {"fails": fails}, NONE)
    while await worker.run_once():
        pass
    failed = await read(voucher_db, job)
    assert (failed.state, failed.report) == ("failed", {"error": "ArithmeticError"})
    async with voucher_db.begin() as connection:
        assert (await jobs.requeue(connection, job.id)).state == "queued"
        with pytest.raises(Refusal, match=r"job\.not_failed"):
            await jobs.requeue(connection, job.id)


async def test_a_job_that_takes_every_worker_down_fails_and_can_be_resumed(voucher_db: Database) -> None:
    started = []

    async def kills(run: Run) -> dict[str, Any]:
        started.append(run.job.tries)
        raise Killed

    job = await enqueue(voucher_db, "kills")
    worker = Worker(voucher_db, {"kills": kills}, NONE)
    for _ in range(jobs.TRIES):
        with pytest.raises(Killed):
            await worker.run_once()
        await let_lease_expire(voucher_db)
    assert not await worker.run_once()
    failed = await read(voucher_db, job)
    assert (failed.state, failed.report) == ("failed", {"error": "LeaseLost"})
    async with voucher_db.begin() as connection:
        await jobs.requeue(connection, job.id)
    with pytest.raises(Killed):
        await worker.run_once()
    assert started == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("last_word", ["progress", "report", "error", "refusal"])
async def test_a_worker_that_lost_its_lease_writes_no_more(voucher_db: Database, last_word: str) -> None:
    tries = []

    async def overtaken(run: Run) -> dict[str, Any]:
        tries.append(run.job.tries)
        if len(tries) == 2:
            return {"by": "successor"}
        await let_lease_expire(voucher_db)
        assert await worker.run_once()
        if last_word == "progress":
            async with voucher_db.begin() as connection:
                await run.progress(connection, done=7)
        if last_word == "error":
            raise ArithmeticError
        if last_word == "refusal":
            raise Refusal("sandbox.live")
        return {"by": "overtaken"}

    job = await enqueue(voucher_db, "overtaken")
    worker = Worker(voucher_db, {"overtaken": overtaken}, NONE)
    assert await worker.run_once()
    ended = await read(voucher_db, job)
    assert (tries, ended.state, ended.done, ended.report) == ([1, 2], "done", 0, {"by": "successor"})


async def test_a_lease_that_cannot_be_renewed_is_said_and_tried_again(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)

    async def slow(run: Run) -> dict[str, Any]:
        async with voucher_db.begin() as connection:
            await connection.execute(text("UPDATE jobs SET tries = 2"))
        await asyncio.sleep(0.1)
        async with voucher_db.begin() as connection:
            await connection.execute(text("UPDATE jobs SET tries = 1, lease_until = NULL"))
        await asyncio.sleep(0.1)
        assert await leased(voucher_db)
        return {}

    job = await enqueue(voucher_db, "slow")
    with capture_logs() as said:
        await Worker(voucher_db, {"slow": slow}, NONE).run_once()
    assert {line["event"] for line in said if line["log_level"] != "info"} == {"job.lease_not_kept"}
    assert (await read(voucher_db, job)).state == "done"


async def leased(database: Database) -> bool:
    async with database.read() as connection:
        found = await connection.execute(text("SELECT lease_until > clock_timestamp() FROM jobs"))
        return bool(found.scalar_one())


async def test_a_refused_job_fails_at_once_with_its_codes(voucher_db: Database) -> None:
    async def refuses(run: Run) -> dict[str, Any]:
        raise Refusal("sandbox.live")

    job = await enqueue(voucher_db, "refuses")
    await Worker(voucher_db, {"refuses": refuses}, NONE).run_once()
    assert (await read(voucher_db, job)).report == {"refused": ["sandbox.live"]}


async def test_an_unknown_job_is_not_found(voucher_db: Database) -> None:
    with pytest.raises(NotFound):
        async with voucher_db.read() as connection:
            await jobs.read(connection, new_id())


class Alarms:
    """A timer over a table of instants, for the order of play."""

    name = "alarms"

    def __init__(self, dues: list[datetime]) -> None:
        self.dues = sorted(dues)
        self.rung: list[tuple[datetime, datetime]] = []

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        return self.dues[0] if self.dues else None

    async def run(self, database: Database, upto: datetime) -> int:
        async with database.begin() as connection:
            now = await clock.business_now(connection)
        self.rung.append((self.dues.pop(0), now))
        return 1


async def now(database: Database) -> datetime:
    async with database.begin() as connection:
        return await clock.business_now(connection)


async def test_the_sandbox_clock_stops_at_everything_due_on_the_way(voucher_db: Database) -> None:
    start = await now(voucher_db)
    alarms = [Alarms([start + timedelta(days=day) for day in days]) for days in ((1, 3), (2, 9))]
    timetable = Timetable(alarms)
    job = await sandbox.request_move(voucher_db, start + timedelta(days=5), actor="per_1")
    await Worker(voucher_db, {sandbox.CLOCK_JOB: sandbox.clock_handler(timetable)}, timetable).run_once()
    rung = sorted(alarms[0].rung + alarms[1].rung)
    assert [(due - start).days for due, _ in rung] == [1, 2, 3]
    assert all(timedelta(0) <= at - due < timedelta(minutes=1) for due, at in rung)
    assert await now(voucher_db) >= start + timedelta(days=5)
    assert (await read(voucher_db, job)).state == "done"


async def test_the_sandbox_clock_never_goes_back(voucher_db: Database) -> None:
    with pytest.raises(Refusal, match=r"sandbox\.backwards"):
        await sandbox.request_move(voucher_db, await now(voucher_db) - timedelta(seconds=1), actor="per_1")


class Held(Alarms):
    """A timer whose rows another worker holds."""

    name = "held"

    async def run(self, database: Database, upto: datetime) -> int:
        return 0


async def test_a_timer_that_another_worker_holds_does_not_spin(voucher_db: Database) -> None:
    held = Timetable([Held([await now(voucher_db) - timedelta(days=1)])])
    assert await held.run_due(voucher_db) == 0


class Poisoned(Alarms):
    """A timer with a row that can never be carried out."""

    name = "poisoned"

    async def run(self, database: Database, upto: datetime) -> int:
        raise ArithmeticError


@pytest.mark.parametrize("kind", [Poisoned, Held])
async def test_a_stuck_timer_stops_no_other(voucher_db: Database, kind: type[Alarms]) -> None:
    yesterday = await now(voucher_db) - timedelta(days=1)
    stuck, sound = kind([yesterday]), Alarms([yesterday, yesterday + timedelta(hours=1)])
    with capture_logs() as said:
        assert await Timetable([stuck, sound]).run_due(voucher_db) == 2
    assert [line["timer"] for line in said] == [stuck.name]
    assert sound.dues == []


async def test_a_move_of_the_clock_reports_what_it_left_undone(voucher_db: Database) -> None:
    start = await now(voucher_db)
    later, sound = start + timedelta(days=1), Alarms([start + timedelta(days=2)])
    timetable = Timetable([Poisoned([later]), sound])
    job = await sandbox.request_move(voucher_db, start + timedelta(days=5), actor="per_1")
    await Worker(voucher_db, {sandbox.CLOCK_JOB: sandbox.clock_handler(timetable)}, NONE).run_once()
    report = (await read(voucher_db, job)).report
    assert report is not None
    assert (report["timers"], report["stuck"]) == (1, ["poisoned"])
