"""What falls due is carried out in due order, and a timer that fails in whatever way stops no other."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from services.chassis.database import Database
from services.chassis.timers import Played, Progress, Timer, Timetable, in_index_order, progress_of
from tests.chassis.test_jobs import Alarms, now


class Confused(Alarms):
    """A timer with a fault in the code that says what is next."""

    name = "confused"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        raise ArithmeticError


class Misspelt(Alarms):
    """A timer whose question the database cannot answer, nor any other in that transaction."""

    name = "misspelt"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        await connection.execute(text("SELECT min(due) FROM nowhere"))
        return None


class Slow(Alarms):
    """A timer whose statement takes longer than it may."""

    name = "slow"

    async def run(self, database: Database, upto: datetime) -> int:
        async with database.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout TO '20ms'"))
            await connection.execute(text("SELECT pg_sleep(10)"))
        return 1


class Astray(Alarms):
    """A timer that needs a file."""

    name = "astray"

    async def run(self, database: Database, upto: datetime) -> int:
        raise FileNotFoundError


async def noted(database: Database, name: str) -> Progress:
    async with database.read() as connection:
        return (await progress_of(connection, [name]))[name]


@pytest.fixture
async def yesterday(voucher_db: Database) -> datetime:
    return await now(voucher_db) - timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Confused, "ArithmeticError"),
        (Misspelt, "ProgrammingError"),
        (Slow, "DBAPIError"),
        (Astray, "FileNotFoundError"),
    ],
)
async def test_one_that_fails_is_noted_and_stops_no_other(
    voucher_db: Database, yesterday: datetime, kind: type[Alarms], why: str
) -> None:
    before, after = (Alarms([yesterday, yesterday + timedelta(hours=1)]) for _ in range(2))
    with capture_logs() as said:
        played = await Timetable([before, kind([yesterday]), after]).play(voucher_db, await now(voucher_db))
    assert (played, before.dues, after.dues) == (Played(4, (kind.name,)), [], [])
    assert [(line["event"], line["timer"]) for line in said] == [("timer.failed", kind.name)]
    assert (await noted(voucher_db, kind.name)).stuck_why == why


@pytest.mark.parametrize(("kind", "why"), [(Confused, "ArithmeticError"), (Misspelt, "ProgrammingError")])
async def test_one_that_cannot_tell_what_is_next_is_shown_as_stuck_beside_the_others(
    voucher_db: Database, yesterday: datetime, kind: type[Alarms], why: str
) -> None:
    timetable = Timetable([kind([]), Alarms([yesterday])])
    async with voucher_db.read() as connection:
        (stuck, unknown), (sound, due) = await timetable.standing(connection, yesterday)
    assert (stuck.stuck_why, stuck.stuck_since is None, unknown) == (why, False, None)
    assert (sound, due) == (Progress("alarms"), yesterday)
    await timetable.run_due(voucher_db)
    async with voucher_db.read() as connection:
        ((again, _), _) = await timetable.standing(connection, yesterday)
    assert again == await noted(voucher_db, kind.name)


async def test_one_that_was_stuck_and_waits_for_nothing_is_stuck_no_more(
    voucher_db: Database, yesterday: datetime
) -> None:
    await Timetable([Astray([yesterday])]).run_due(voucher_db)
    cured: Timer = Astray([yesterday + timedelta(days=7)])
    async with voucher_db.read() as connection:
        ((come, _),) = await Timetable([cured]).standing(connection, yesterday)
    assert (come.stuck_since, come.stuck_why) == (None, None)


async def test_of_two_that_fall_due_at_once_the_first_in_the_list_is_first(
    voucher_db: Database, yesterday: datetime
) -> None:
    first, second = Alarms([yesterday]), Alarms([yesterday - timedelta(hours=1), yesterday])
    await Timetable([first, second]).run_due(voucher_db)
    assert [at for due, at in second.rung[:1]] < [at for _, at in first.rung] < [at for _, at in second.rung[1:]]


async def test_one_statement_alone_is_read_in_the_order_of_its_index(voucher_db: Database) -> None:
    show = text("SHOW enable_sort")
    async with voucher_db.begin() as connection:
        async with in_index_order(connection):
            within = (await connection.execute(show)).scalar_one()
        assert (within, (await connection.execute(show)).scalar_one()) == ("off", "on")


async def test_one_that_goes_on_failing_is_logged_once_for_each_reason(
    voucher_db: Database, yesterday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Astray, "name", Confused.name)
    with capture_logs() as said:
        for kind in (Confused, Confused, Astray, Confused):
            await Timetable([kind([yesterday])]).run_due(voucher_db)
    kinds = [type(line["exc_info"]).__name__ for line in said]
    assert kinds == ["ArithmeticError", "FileNotFoundError", "ArithmeticError"]
