"""A worker carries out jobs and, beside them, what falls due; only a job that plays the timetable holds that up."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.jobs import Run, Worker
from services.chassis.timers import Timetable
from tests.chassis.test_jobs import Alarms, enqueue, now, read
from tests.waiting import until


@contextlib.asynccontextmanager
async def at_work(database: Database, handlers: dict[str, jobs.Handler], *timers: Alarms) -> AsyncGenerator[Worker]:
    """A worker that runs for the block, and hardly rests."""
    worker = Worker(database, handlers, Timetable(timers), idle_seconds=0.01, watch_seconds=0.01)
    forever = asyncio.create_task(worker.run_forever())
    try:
        yield worker
        assert not forever.done()
    finally:
        forever.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await forever


class Stumbling(Alarms):
    """A timer that loses the database when it is first asked."""

    stumbled = False

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        if not self.stumbled:
            self.stumbled = True
            raise ConnectionResetError
        return await super().next_due(connection)


async def test_a_worker_outlives_an_error_of_its_own(voucher_db: Database) -> None:
    stumbling = Stumbling([await now(voucher_db) - timedelta(days=1)])
    with capture_logs() as said:
        async with at_work(voucher_db, {}, stumbling):
            await until(lambda: not stumbling.dues)
    assert [line["event"] for line in said if line["log_level"] == "error"] == ["worker.failed"]


class LongJob:
    """A job that takes its time."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, run: Run) -> dict[str, Any]:
        self.begun.set()
        await self.goes_on.wait()
        return {}


async def test_what_falls_due_waits_for_no_job(voucher_db: Database) -> None:
    job, long, alarms = await enqueue(voucher_db, "long"), LongJob(), Alarms([])
    async with at_work(voucher_db, {"long": long}, alarms):
        await long.begun.wait()
        alarms.dues.append(await now(voucher_db) - timedelta(days=1))
        await until(lambda: not alarms.dues)
        assert (await read(voucher_db, job)).state == "running"


async def test_while_a_job_plays_the_timetable_nobody_else_does(voucher_db: Database) -> None:
    long, alarms = LongJob(), Alarms([])
    async with at_work(voucher_db, {"long": jobs.OfElected(long)}, alarms) as worker:
        await until(lambda: worker.office.fenced is not None)
        await enqueue(voucher_db, "long")
        await long.begun.wait()
        alarms.dues.append(await now(voucher_db) - timedelta(days=1))
        await asyncio.sleep(0.2)
        assert alarms.rung == []
        long.goes_on.set()
        await until(lambda: len(alarms.rung) == 1)
