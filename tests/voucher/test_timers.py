"""Who runs the house sees who plays the timetable, what is due next, and what is stuck since when."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.election import Office
from services.voucher.app import TIMETABLE
from services.voucher.wallet.operations import expiry
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.redemption.stored import a_stored_voucher

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
PRODUCTION = Path(__file__).parents[2] / "docs" / "production.md"
ADMIN = calls("per_admin", "admin")


async def shown(api: httpx2.AsyncClient, name: str = "wallet.expire") -> tuple[dict[str, Any], dict[str, Any]]:
    """The whole timetable, and one timer of it."""
    body: dict[str, Any] = (await api.get("/v1/timers", headers=ADMIN)).json()
    return body, next(one for one in body["timers"] if one["name"] == name)


def test_the_documents_say_what_each_of_them_does() -> None:
    table = PRODUCTION.read_text().partition("\n## What falls due by itself\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w.]+)`", table, re.MULTILINE) == [one.name for one in TIMETABLE.timers]


async def test_it_tells_who_is_elected_and_what_comes_next(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(NOW)
    voucher = (await a_stored_voucher(voucher_db)).voucher
    whole, timer = await shown(voucher_api)
    assert whole["elected"] is None
    assert [one["name"] for one in whole["timers"]] == [one.name for one in TIMETABLE.timers]
    assert (timer["next_due"], timer["late"], timer["carried_out"]) == ("2020-10-15T16:00:00Z", False, 0)
    await Office(voucher_db, jobs.OFFICE).held()
    await set_clock(voucher.ends_at)
    assert (await shown(voucher_api))[1]["late"]
    await TIMETABLE.run_due(voucher_db)
    whole, timer = await shown(voucher_api)
    assert ":" in whole["elected"]["holder"]
    assert (timer["next_due"], timer["last_due"], timer["carried_out"]) == (None, "2020-10-15T16:00:00Z", 1)


async def test_it_tells_what_is_stuck_and_why_as_long_as_it_is_late(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_clock(NOW)
    voucher = (await a_stored_voucher(voucher_db)).voucher
    await set_clock(voucher.ends_at + timedelta(hours=1))
    with monkeypatch.context() as broken:
        broken.setattr(expiry, "reclaim", None)
        await TIMETABLE.run_due(voucher_db)
    timer = (await shown(voucher_api))[1]
    assert (timer["stuck_why"], timer["stuck_since"] is None, timer["carried_out"]) == ("TypeError", False, 0)
    await TIMETABLE.run_due(voucher_db)
    timer = (await shown(voucher_api))[1]
    assert (timer["stuck_why"], timer["stuck_since"], timer["carried_out"]) == (None, None, 1)


async def test_a_holder_is_not_asked_in(voucher_api: httpx2.AsyncClient) -> None:
    assert (await voucher_api.get("/v1/timers", headers=calls("per_1", "holder"))).status_code == 403
