"""The house fetches extracts by itself: each day's once, whole or not at all, and again when it failed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.jobs import LeaseLost, Run, Worker
from services.chassis.timers import Timetable
from services.registry.parties.store import registers
from services.registry.transfer.domain.fetching import PAUSE, Fetch, FetchOutcome
from services.registry.transfer.domain.importing import ImportKind, ImportState
from services.registry.transfer.neighbours import Platform
from services.registry.transfer.operations import fetching, imports
from services.registry.transfer.operations.fetching import ExtractFetch
from services.registry.transfer.operations.handlers import handlers
from services.registry.transfer.operations.imports import Progress
from services.registry.transfer.store import fetches
from tests.conftest import SetClock
from tests.registry.samples import TODAY, asked, code
from tests.registry.transfer.platform import TOKEN, Says, Served, lying, ok, serving
from tests.registry.transfer.samples import ZONE, as_csv, sent, taken

HEAD = ("统一社会信用代码", "企业名称")
ROWS = as_csv([HEAD, (code(1), "江门1号公司")])
OTHERS = as_csv([HEAD, (code(1), "旧名")])
MORNING = datetime(2020, 9, 14, 1, tzinfo=UTC)
MIDNIGHT = datetime(2020, 9, 13, 16, tzinfo=UTC)
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
AGAIN = """
INSERT INTO imports
SELECT (jsonb_populate_record(one, to_jsonb(one) || jsonb_build_object('id', uuidv7()))).* FROM imports AS one
WHERE requested_by = 'register.fetch'
"""
TIMER = ExtractFetch(ZONE, has_address=True)


@pytest.fixture(autouse=True)
async def morning(registry: Database, set_clock: SetClock) -> None:
    await set_clock(MORNING)


def worker(database: Database, platform: Platform) -> Worker:
    return Worker(database, handlers(ZONE, platform), Timetable([TIMER]))


async def all_done(database: Database, platform: Platform) -> None:
    """One look that is due, and all that follows from it."""
    one = worker(database, platform)
    while await one.run_once():
        pass
    await one.office.resign()


async def looked(database: Database, says: Says) -> Served:
    """A look at a platform that says so."""
    async with serving(says) as served:
        await all_done(database, served.platform())
    return served


async def listed(database: Database) -> list[Progress]:
    found, _ = await imports.list_imports(asked(database, "list_imports"), after=None, limit=50)
    return found


async def last(database: Database) -> Fetch:
    async with database.read() as connection:
        found = await fetches.last(connection)
    assert found is not None
    return found


async def due(database: Database) -> datetime | None:
    async with database.read() as connection:
        return await TIMER.next_due(connection)


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_todays_extract_is_fetched_and_taken_in_by_the_house(registry: Database) -> None:
    await looked(registry, lying(d14=ROWS, d13=OTHERS))
    (one,) = await listed(registry)
    assert (one.of.kind, one.of.as_of, one.of.state) == (ImportKind.REGISTER_ENTRIES, TODAY, ImportState.DONE)
    assert (one.of.requested_by, one.of.client, one.job.actor) == ("register.fetch", "register.fetch", "register.fetch")
    async with registry.read() as connection:
        known = await registers.newest(connection, code(1))
    assert known is not None
    assert known.entry is not None
    assert (known.as_of, known.entry.name, known.entry.import_id) == (TODAY, "江门1号公司", one.of.id)


async def test_nothing_is_fetched_without_an_address(registry: Database) -> None:
    async with registry.read() as connection:
        assert await ExtractFetch(ZONE, has_address=False).next_due(connection) is None
    assert fetching.JOB not in handlers(ZONE)


async def test_it_is_due_when_the_local_day_begins_and_then_tomorrow(registry: Database) -> None:
    assert await due(registry) == MIDNIGHT
    await looked(registry, lying(d14=ROWS))
    assert await due(registry) == MIDNIGHT + timedelta(days=1)


async def test_the_next_day_is_fetched_when_it_has_come(registry: Database, set_clock: SetClock) -> None:
    await looked(registry, lying(d14=OTHERS))
    await set_clock(MORNING + timedelta(days=1))
    served = await looked(registry, lying(d14=OTHERS, d15=ROWS))
    assert served.days == ["2020-09-15"]
    assert [one.of.as_of for one in await listed(registry)] == [TODAY + timedelta(days=1), TODAY]


async def test_what_is_not_there_yet_is_looked_for_further_back_and_again_soon(
    registry: Database, set_clock: SetClock
) -> None:
    assert (await looked(registry, lying(d12=OTHERS, d11=OTHERS))).days == ["2020-09-14", "2020-09-13", "2020-09-12"]
    when = await due(registry)
    assert when is not None
    assert timedelta() <= when - PAUSE - MORNING < timedelta(minutes=1)
    await set_clock(when)
    assert (await looked(registry, lying(d14=ROWS, d12=OTHERS))).days == ["2020-09-14"]


async def test_no_extract_is_taken_in_twice(registry: Database, set_clock: SetClock) -> None:
    await looked(registry, lying(d13=ROWS))
    await set_clock(MORNING + 2 * PAUSE)
    served = await looked(registry, lying(d13=ROWS))
    assert "2020-09-13" not in served.days
    assert (len(await listed(registry)), (await last(registry)).outcome) == (1, FetchOutcome.NOT_THERE)


async def test_the_database_keeps_a_day_from_being_fetched_in_twice(registry: Database) -> None:
    await looked(registry, lying(d14=ROWS))
    await taken(registry, await sent(registry, ROWS), kind=ImportKind.REGISTER_ENTRIES, as_of=TODAY)
    with pytest.raises(IntegrityError, match="uq_imports_fetched"):
        async with registry.begin() as connection:
            await connection.execute(text(AGAIN))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (BUSY, "status_503"),
        (ok(b"<html>", "text/html"), "media_type"),
        (ok(ROWS, Content_Length="1000"), "RemoteProtocolError"),
    ],
)
async def test_one_that_fails_leaves_its_own_record_and_nothing_else(registry: Database, said: bytes, why: str) -> None:
    with capture_logs() as logged:
        served = await looked(registry, lambda _: said)
    one = await last(registry)
    assert (one.outcome, one.day, one.why, one.import_id) == (FetchOutcome.FAILED, TODAY, why, None)
    assert (served.days, await count(registry, "documents"), await listed(registry)) == (["2020-09-14"], 0, [])
    warned = [one for one in logged if one["event"] == "extract.not_fetched"]
    assert warned == [{"event": "extract.not_fetched", "log_level": "warning", "day": "2020-09-14", "why": why}]
    assert TOKEN not in str(logged)


async def test_one_that_failed_is_tried_again_later(registry: Database, set_clock: SetClock) -> None:
    await looked(registry, lambda _: BUSY)
    assert (await looked(registry, lying(d14=ROWS))).days == []
    await set_clock(MORNING + PAUSE + timedelta(minutes=1))
    await looked(registry, lying(d14=ROWS))
    assert (await last(registry)).outcome is FetchOutcome.TAKEN


async def test_a_file_that_cannot_be_read_is_a_refused_import_and_not_fetched_again(
    registry: Database, set_clock: SetClock
) -> None:
    await looked(registry, lying(d14=as_csv([("别的", "表头")])))
    (one,) = await listed(registry)
    assert one.of.state is ImportState.REFUSED
    assert await due(registry) == MIDNIGHT + timedelta(days=1)


async def test_two_processes_fetch_once(registry: Database) -> None:
    async with serving(lying(d14=ROWS)) as served:
        await asyncio.gather(*(all_done(registry, served.platform()) for _ in range(2)))
    assert (served.days, len(await listed(registry))) == (["2020-09-14"], 1)


async def test_of_two_who_order_the_same_look_at_once_one_does(registry: Database) -> None:
    orders = [TIMER.run(registry, MIDNIGHT) for _ in range(2)]
    done = await asyncio.gather(*orders, return_exceptions=True)
    assert [type(one) for one in done if one != 1] == [IntegrityError]
    assert (await count(registry, "jobs"), await count(registry, "register_fetches")) == (1, 1)


async def test_none_is_ordered_while_one_is_under_way(registry: Database) -> None:
    await TIMER.run(registry, MIDNIGHT)
    assert await due(registry) is None


async def test_one_whose_job_was_given_up_is_followed_by_another(registry: Database) -> None:
    await TIMER.run(registry, MIDNIGHT)
    ordered = await last(registry)
    async with registry.begin() as connection:
        await connection.execute(text("UPDATE jobs SET state = 'failed'"))
    assert await due(registry) == ordered.ordered_at + PAUSE


async def leased(database: Database, due_at: datetime = MIDNIGHT) -> Run:
    """A look that was ordered, as the worker sees it that carries it out."""
    await TIMER.run(database, due_at)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE jobs SET state = 'running', tries = 1 WHERE kind = 'fetch_extract'"))
        return Run(database, await jobs.read(connection, (await fetches.known(connection, due_at)).job_id))


async def test_who_lost_the_look_to_another_keeps_nothing_of_it(registry: Database) -> None:
    run = await leased(registry)
    async with registry.begin() as connection:
        await connection.execute(text("UPDATE jobs SET tries = 2"))
    async with serving(lying(d14=ROWS)) as served:
        with pytest.raises(LeaseLost):
            await fetching.look(ZONE, served.platform(), run)
    assert (await count(registry, "documents"), await listed(registry)) == (0, [])
    assert (await last(registry)).ended_at is None


async def test_of_two_looks_at_once_one_takes_the_day_in_and_the_other_leaves_nothing(registry: Database) -> None:
    runs = [await leased(registry), await leased(registry, MIDNIGHT + PAUSE)]
    said = [ok(ROWS), ok(OTHERS)]
    async with serving(lambda _: said.pop(), together=2) as served:
        looks = [fetching.look(ZONE, served.platform(), run) for run in runs]
        done = await asyncio.gather(*looks, return_exceptions=True)
    assert [isinstance(one, IntegrityError) for one in done].count(True) == 1
    assert [await count(registry, table) for table in ("documents", "imports")] == [1, 1]


async def test_a_worker_that_is_stopped_in_the_middle_leaves_the_look_to_another(registry: Database) -> None:
    async with serving(lambda _: None) as served:
        stopped = asyncio.create_task(worker(registry, served.platform()).run_forever())
        await served.is_asked.wait()
        stopped.cancel()
        await asyncio.gather(stopped, return_exceptions=True)
    assert (await count(registry, "documents"), await listed(registry)) == (0, [])
    await looked(registry, lying(d14=ROWS))
    assert ((await last(registry)).outcome, len(await listed(registry))) == (FetchOutcome.TAKEN, 1)


async def test_a_look_that_has_ended_is_not_carried_out_again(registry: Database) -> None:
    run = await leased(registry)
    async with serving(lying(d14=ROWS)) as served:
        told = await fetching.look(ZONE, served.platform(), run)
        assert await fetching.look(ZONE, served.platform(), run) == told
    assert (served.days, told["outcome"], told["day"]) == (["2020-09-14"], "taken", "2020-09-14")
    assert told["import_id"] == f"imp_{(await listed(registry))[0].of.id.hex}"
