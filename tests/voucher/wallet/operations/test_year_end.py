"""At the end of the year what nobody spent lapses: vouchers are voided, pools come back, the line goes down, once."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.timers import Timetable
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.lapsing import year_ends
from services.voucher.ledger.store import audit as ledger
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.operations.finishing import FinishTimer
from services.voucher.wallet.operations.year_end import YearEndTimer
from services.voucher.wallet.store import audit as wallet
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import MAKER
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.operations.test_expiry import book
from tests.voucher.wallet.operations.test_over_issue import an_over_issued_round
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import a_round, apply, hear, holder, issue, rank, seen

Api = httpx2.AsyncClient
OVER = year_ends(2020)
TIMERS = Timetable([ExpiryTimer(), FinishTimer(), YearEndTimer()])
FINANCE = calls(MAKER, "finance_maker")
TO_THE_END = FILE
for name, until in (("use_by", "10-15"), ("deliver_by", "10-15"), ("claim_by", "12-15")):
    TO_THE_END = TO_THE_END.replace(f"{name}: {{value: 2020-{until}", f"{name}: {{value: 2021-01-31")
NOT_VOID = FILE.replace("year_end_void: {value: true", "year_end_void: {value: false")


async def a_spent_round(api: Api, database: Database, set_clock: SetClock, file: str = FILE) -> tuple[str, Any]:
    """A round of 400 yuan (in hundreds), one voucher of 200 of which 50 are held and 30 captured."""
    await set_clock(BEFORE)
    async with database.begin() as connection:
        year = {"year": 2021, "off": [], "worked": []}
        await feed.keep(connection, [Change("calendar", "2021", year, "1")], cursor=new_id().hex, complete=True)
    round_id, firm = await a_round(api, database, "40000.00", file), await hear(database)
    await set_clock(OPEN)
    await apply(api, round_id, firm)
    await set_clock(CLOSED)
    await rank(api, database, round_id)
    await issue(api, database, round_id)
    async with database.read() as connection:
        voucher_id = (await connection.execute(text("SELECT id FROM vouchers"))).scalar_one()
    await book(database, voucher_id, "authorise", 800_000, CLOSED)
    await book(database, voucher_id, "capture_held", 300_000, CLOSED)
    return round_id, voucher_id


async def the_line(api: Api) -> dict[str, Decimal]:
    (line,) = (await api.get("/v1/budget-lines", headers=FINANCE)).json()["items"]
    return {name: Decimal(line[name]["amount"]) for name in ("allotted", "free")}


async def play(database: Database, set_clock: SetClock, at: Any) -> int:
    await set_clock(at)
    return await TIMERS.run_due(database)


async def books(database: Database) -> list[Finding]:
    """What is wrong in books and vouchers; there are no redemptions behind what is held here."""
    async with database.read() as connection:
        return [*await ledger.findings(connection), *await wallet.findings(connection)]


async def test_what_is_available_is_voided_and_what_no_round_spent_lapses_with_its_line(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, voucher_id = await a_spent_round(voucher_api, voucher_db, set_clock, TO_THE_END)
    await play(voucher_db, set_clock, OVER - timedelta(seconds=30))
    assert await the_line(voucher_api) == {"allotted": 40_000, "free": 0}
    await play(voucher_db, set_clock, OVER)
    assert await the_line(voucher_api) == {"allotted": 8_000, "free": 0}
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "0.00"
    async with voucher_db.read() as connection:
        booked = 'SELECT event, value_on::text FROM journals WHERE "row" = 45 ORDER BY sequence'
        assert [tuple(row) for row in await connection.execute(text(booked))] == [
            ("year_end_voided", "2020-12-31"),
            ("pool_voided", "2020-12-31"),
            ("budget_lapsed", "2020-12-31"),
        ]
        (voided,) = await decisions.of_subject(connection, voucher_id)
    assert (voided.rule, voided.at) == ("validity.year_end_void", OVER)
    assert await play(voucher_db, set_clock, OVER + timedelta(hours=1)) == 0
    assert await books(voucher_db) == []


async def test_what_comes_free_in_the_new_year_lapses_then(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, voucher_id = await a_spent_round(voucher_api, voucher_db, set_clock)
    await play(voucher_db, set_clock, OVER)
    later = OVER + timedelta(days=40)
    await book(voucher_db, voucher_id, "release", 500_000, later)
    assert await play(voucher_db, set_clock, later) == 3
    assert await the_line(voucher_api) == {"allotted": 3_000, "free": 0}
    async with voucher_db.read() as connection:
        line = (await connection.execute(text("SELECT id FROM budget_lines"))).scalar_one()
        first, second = await decisions.of_subject(connection, line)
    assert (first.at, second.at) == (OVER, later)
    assert second.numbers == {
        "fiscal_year": 2020,
        "returned": "5000.00",
        "lapsed": "5000.00",
        "appropriation": "3000.00",
    }
    assert await books(voucher_db) == []


async def test_who_waited_for_a_twin_finds_nothing_left_and_tells_nothing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock)
    await set_clock(OVER)
    await Timetable([FinishTimer()]).run_due(voucher_db)
    async with voucher_db.begin() as connection:
        await connection.execute(text("SELECT FROM budget_lines FOR NO KEY UPDATE"))
        twins = [asyncio.create_task(YearEndTimer().run(voucher_db, OVER)) for _ in range(2)]
        await until_waiting(voucher_db, 2)
    assert sorted([await twin for twin in twins]) == [0, 2]
    async with voucher_db.read() as connection:
        told = await connection.execute(text("SELECT count(*) FROM events WHERE type = 'budget_line.lapsed'"))
        assert told.scalar_one() == 1
    assert await books(voucher_db) == []


async def until_waiting(database: Database, many: int) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        async with database.read() as connection:
            if (await connection.execute(text(waiting))).scalar_one() == many:
                return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def test_a_line_waits_until_all_its_rounds_are_finished(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock)
    await set_clock(OVER)
    assert await YearEndTimer().run(voucher_db, OVER) == 0
    await Timetable([FinishTimer()]).run_due(voucher_db)
    assert await YearEndTimer().run(voucher_db, OVER - timedelta(microseconds=1)) == 0
    assert await YearEndTimer().run(voucher_db, OVER) == 2


async def test_a_scheme_that_does_not_void_the_year_keeps_its_budget(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock, NOT_VOID)
    await play(voucher_db, set_clock, OVER)
    assert await the_line(voucher_api) == {"allotted": 40_000, "free": 0}


async def test_what_payer_accounts_were_funded_with_stays_appropriated(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE budget_lines SET funded = 1000000"))
    await play(voucher_db, set_clock, OVER)
    assert await the_line(voucher_api) == {"allotted": 10_000, "free": 2_000}
    assert await play(voucher_db, set_clock, OVER + timedelta(hours=1)) == 0


async def test_what_was_never_backed_goes_first_and_only_the_rest_lapses_with_its_line(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_over_issued_round(voucher_api, voucher_db, set_clock)
    await apply(voucher_api, round_id, await hear(voucher_db), "15000.00")
    async with voucher_db.read() as connection:
        voucher_id = (await connection.execute(text("SELECT id FROM vouchers"))).scalar_one()
    await book(voucher_db, voucher_id, "authorise", 1_500_000, OPEN)
    await book(voucher_db, voucher_id, "capture_held", 1_500_000, OPEN)
    await play(voucher_db, set_clock, OVER)
    assert await the_line(voucher_api) == {"allotted": 15_000, "free": 0}
    shown = await seen(voucher_api, round_id)
    assert (shown["pool"]["amount"], shown["over_issued"]["amount"]) == ("0.00", "0.00")
    async with voucher_db.read() as connection:
        booked = "SELECT value_on::text, actor FROM journals WHERE event = 'over_issue_voided'"
        assert (await connection.execute(text(booked))).one() == ("2020-12-31", "timer:wallet.year_end")
    assert await books(voucher_db) == []


async def test_the_end_of_the_year_is_due_only_where_something_is_left(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock)
    async with voucher_db.read() as connection:
        assert await YearEndTimer().next_due(connection) is None
    await play(voucher_db, set_clock, FINISHED)
    async with voucher_db.read() as connection:
        assert await YearEndTimer().next_due(connection) == OVER
    events = (await voucher_api.get("/v1/events", headers=holder(parse("org", f"org_{'0' * 31}1")))).json()["items"]
    assert all(event["type"] != "budget_line.lapsed" for event in events)
