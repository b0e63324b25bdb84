"""A holder is told that a voucher ends soon, once for each reminder, and only while there is something to lose."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2

from services.chassis.database import Database
from services.chassis.timers import Timetable
from services.voucher.wallet.operations.reminding import ReminderTimer
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.voucher.wallet.operations.test_expiry import an_issued_voucher, book
from tests.voucher.wallet.samples import CLOSED, USE_BY_ENDS
from tests.voucher.wallet.steps import all_is_well, done, holder

Api = httpx2.AsyncClient
DAY = timedelta(days=1)


async def remind(database: Database, set_clock: SetClock, at: datetime) -> int:
    await set_clock(at)
    return await Timetable([ReminderTimer()]).run_due(database)


async def told(api: Api, firm: UUID) -> list[dict[str, Any]]:
    events = done(await api.get("/v1/events", headers=holder(firm)))["items"]
    return [event for event in events if event["type"] == "voucher.expires_soon"]


async def test_each_reminder_is_told_once_as_of_its_own_instant(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, _ = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    assert await remind(voucher_db, set_clock, USE_BY_ENDS - 8 * DAY) == 1
    assert await remind(voucher_db, set_clock, USE_BY_ENDS) == 2
    assert await remind(voucher_db, set_clock, USE_BY_ENDS + DAY) == 0
    events = await told(voucher_api, firm)
    assert [(event["data"]["days"], event["data"]["ends_on"]) for event in events] == [
        (30, "2020-10-15"),
        (7, "2020-10-15"),
        (1, "2020-10-15"),
    ]
    assert events[1]["at"] == "2020-10-08T16:00:00Z"
    assert events[1]["data"]["available"] == {"amount": "20000.00", "currency": "CNY"}
    await all_is_well(voucher_db)


async def test_who_has_nothing_to_lose_is_not_told(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    _, firm, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    await book(voucher_db, voucher_id, "authorise", 2_000_000, CLOSED)
    assert await remind(voucher_db, set_clock, USE_BY_ENDS) == 3
    assert await told(voucher_api, firm) == []


async def test_a_voucher_that_somebody_holds_is_told_of_next_time(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    async with voucher_db.begin() as connection:
        await vouchers.lock(connection, [voucher_id])
        assert await ReminderTimer().run(voucher_db, USE_BY_ENDS) == 0
    assert await ReminderTimer().run(voucher_db, USE_BY_ENDS) == 1
