"""One worker of all processes holds an office; a dead one is replaced, and one that slept writes no more."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from services.chassis import clock, election, sandbox, timers
from services.chassis.database import Database, Deposed, lost
from services.chassis.election import Fenced, Office
from services.chassis.falling_due import each
from services.chassis.ids import new_id
from services.chassis.jobs import Run, Worker
from services.chassis.timers import Progress, Timetable
from tests.chassis.test_jobs import Alarms, Held, Poisoned, enqueue, now, read
from tests.databases import Urls
from tests.waiting import until

NAME = "timetable"


@pytest.fixture
async def other_db(database_urls: Urls) -> AsyncGenerator[Database]:
    """The same database as another process sees it."""
    database = Database(database_urls.voucher, "voucher")
    yield database
    await database.dispose()


async def let_lease_end(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE leases SET held_until = clock_timestamp()"))


async def elected(office: Office) -> Fenced:
    office._ask_at = 0.0
    fenced = await office.held()
    assert fenced is not None
    return fenced


async def write(database: Database) -> None:
    async with database.begin() as connection:
        await timers._note_done(connection, "sweep", count=1, due=await clock.business_now(connection))


async def written(database: Database) -> int:
    async with database.read() as connection:
        return (await timers.progress_of(connection, ["sweep"]))["sweep"].carried_out


async def test_one_of_all_candidates_holds_the_office(voucher_db: Database, other_db: Database) -> None:
    offices = [Office(database, NAME) for database in (voucher_db, other_db, voucher_db, other_db)]
    held = await asyncio.gather(*(office.held() for office in offices))
    assert sum(fenced is not None for fenced in held) == 1


async def test_a_holder_keeps_it_as_long_as_it_prolongs(voucher_db: Database, other_db: Database) -> None:
    first, second = Office(voucher_db, NAME), Office(other_db, NAME)
    before = await elected(first)
    await let_lease_end(voucher_db)
    assert await elected(first) is before
    assert await second.held() is None


async def test_a_dead_holder_is_replaced_when_its_lease_is_over(voucher_db: Database, other_db: Database) -> None:
    dead, second = await elected(Office(voucher_db, NAME)), Office(other_db, NAME)
    assert await second.held() is None
    await let_lease_end(voucher_db)
    assert (await elected(second)).term.fence == dead.term.fence + 1


async def test_a_holder_that_slept_on_finds_its_fence_gone_and_writes_nothing(
    voucher_db: Database, other_db: Database
) -> None:
    office = Office(voucher_db, NAME)
    asleep = await elected(office)
    await let_lease_end(voucher_db)
    await write(await elected(Office(other_db, NAME)))
    with pytest.raises(Deposed):
        await write(asleep)
    assert await written(voucher_db) == 1
    office._ask_at = 0.0
    assert await office.held() is None


async def test_nobody_takes_over_from_under_a_transaction(voucher_db: Database, other_db: Database) -> None:
    async with (await elected(Office(voucher_db, NAME))).begin() as connection:
        await timers._note_stuck(connection, "sweep", why="slow")
        async with other_db.engine.begin() as intruder:
            assert await election._take(intruder, NAME, "other") is None
    assert await Office(other_db, NAME).held() is None


async def test_a_holder_keeps_what_its_database_keeps(voucher_db: Database) -> None:
    class Kept:
        async def close(self) -> None:
            return

    kept = (await elected(Office(voucher_db, NAME))).keep("lane", Kept)
    assert voucher_db.keep("lane", Kept) is kept


async def test_who_resigns_is_followed_at_once(voucher_db: Database, other_db: Database) -> None:
    first, second = Office(voucher_db, NAME), Office(other_db, NAME)
    await elected(first)
    async with voucher_db.read() as connection:
        holder = await election.holder(connection, NAME)
    assert holder is not None
    await first.resign()
    async with voucher_db.read() as connection:
        assert await election.holder(connection, NAME) is None
    await elected(second)


async def test_who_holds_nothing_has_nothing_to_resign(voucher_db: Database) -> None:
    office = Office(voucher_db, NAME)
    await office.resign()
    await elected(office)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE leases SET fence = fence + 1"))
    with capture_logs() as said:
        await office.resign()
    assert [line["event"] for line in said] == ["office.left"]


async def test_only_the_elected_worker_carries_out_what_is_due(voucher_db: Database, other_db: Database) -> None:
    yesterday = await now(voucher_db) - timedelta(days=1)
    await elected(Office(voucher_db, NAME))
    alarms = Alarms([yesterday])
    worker = Worker(other_db, {}, Timetable([alarms]))
    assert not await worker.run_once()
    await let_lease_end(voucher_db)
    await elected(worker.office)
    assert await worker.run_once()
    assert alarms.dues == []


class Overtaken(Alarms):
    """A timer whose worker loses its office before it writes."""

    async def run(self, database: Database, upto: datetime) -> int:
        async with self.intruder.begin() as connection:
            await connection.execute(text("UPDATE leases SET fence = fence + 1"))
        await write(database)
        return await super().run(database, upto)

    intruder: Database


async def test_a_worker_that_is_deposed_between_two_batches_stops_there(
    voucher_db: Database, other_db: Database
) -> None:
    overtaken = Overtaken([await now(voucher_db) - timedelta(days=1)])
    overtaken.intruder = other_db
    worker = Worker(voucher_db, {}, Timetable([overtaken]))
    with capture_logs() as said:
        assert not await worker.run_once()
    assert [line["event"] for line in said if line["log_level"] != "debug"] == ["office.lost"]
    assert (overtaken.rung, await written(voucher_db)) == ([], 0)


async def test_the_clock_of_a_sandbox_is_moved_by_the_elected_worker(voucher_db: Database, other_db: Database) -> None:
    office, start = Office(voucher_db, NAME), await now(voucher_db)
    await elected(office)
    job = await sandbox.request_move(voucher_db, start + timedelta(days=2), actor="per_1")
    alarms = Alarms([start + timedelta(days=1)])
    handlers = {sandbox.CLOCK_JOB: sandbox.clock_handler(Timetable([alarms]))}
    worker = Worker(other_db, handlers, Timetable([]))
    assert not await worker.run_once()
    await office.resign()
    await elected(worker.office)
    assert await worker.run_once()
    assert ((await read(voucher_db, job)).state, alarms.dues) == ("done", [])


async def test_jobs_stay_shared(voucher_db: Database, other_db: Database) -> None:
    await elected(Office(voucher_db, NAME))

    async def count(run: Run) -> dict[str, Any]:
        return {"fenced": isinstance(run.database, Fenced)}

    job = await enqueue(voucher_db)
    assert await Worker(other_db, {"count": count}, Timetable([])).run_once()
    assert (await read(voucher_db, job)).report == {"fenced": False}


async def test_a_worker_that_is_stopped_resigns(voucher_db: Database, other_db: Database) -> None:
    worker = Worker(voucher_db, {}, Timetable([]), idle_seconds=0.01)
    forever = asyncio.create_task(worker.run_forever())
    await until(lambda: worker.office.fenced is not None)
    forever.cancel()
    with pytest.raises(asyncio.CancelledError):
        await forever
    await elected(Office(other_db, NAME))


async def test_a_row_that_fails_holds_up_no_other_but_a_lost_database_does() -> None:
    ids = [new_id() for _ in range(3)]

    async def second_fails(one: Any) -> None:
        if one == ids[1]:
            raise ArithmeticError

    async def deposed(_: Any) -> None:
        raise Deposed

    assert await each("sweep", ids, second_fails) == 2
    assert lost(Deposed())
    with pytest.raises(Deposed):
        await each("sweep", ids, deposed)


async def seen(database: Database, name: str) -> Progress:
    async with database.read() as connection:
        return (await timers.progress_of(connection, [name]))[name]


async def test_a_timer_says_how_far_it_has_come(voucher_db: Database) -> None:
    yesterday = await now(voucher_db) - timedelta(days=1)
    assert await seen(voucher_db, "alarms") == Progress("alarms")
    await Timetable([Alarms([yesterday, yesterday + timedelta(hours=1)])]).run_due(voucher_db)
    found = await seen(voucher_db, "alarms")
    assert (found.carried_out, found.last_due, found.stuck_since) == (2, yesterday + timedelta(hours=1), None)


@pytest.mark.parametrize(("kind", "why"), [(Held, "nothing done"), (Poisoned, "ArithmeticError")])
async def test_a_stuck_timer_says_since_when_and_why_until_it_comes_on(
    voucher_db: Database, kind: type[Alarms], why: str
) -> None:
    yesterday = await now(voucher_db) - timedelta(days=1)
    for _ in range(2):
        await Timetable([kind([yesterday])]).run_due(voucher_db)
    stuck = await seen(voucher_db, kind.name)
    assert (stuck.carried_out, stuck.stuck_why) == (0, why)
    cured = Alarms([yesterday])
    cured.name = kind.name
    await Timetable([cured]).run_due(voucher_db)
    assert (await seen(voucher_db, kind.name)).stuck_since is None


async def test_a_lost_database_is_no_stuck_timer(voucher_db: Database) -> None:
    class Lost(Alarms):
        async def run(self, database: Database, upto: datetime) -> int:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await Timetable([Lost([await now(voucher_db) - timedelta(days=1)])]).run_due(voucher_db)
