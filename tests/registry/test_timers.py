"""Who runs the house sees what of the registry falls due by itself, and for what it waits."""

import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import httpx2
from pydantic import SecretStr
from structlog.testing import capture_logs

from services import registry as service
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.registry.app import timetable
from services.registry.settings import Settings
from services.registry.statistics.domain.summary import Duty
from services.registry.statistics.store.summaries import add_duties
from tests.conftest import SetClock
from tests.registry.neighbours import SECRETS, calls

TIMETABLE = timetable(Settings(test_database_url=SecretStr("postgresql://nowhere"), **SECRETS, works=False))
WAITS = "the working-day calendar of 2022 is not loaded"
NEW_YEAR = datetime(2022, 1, 5, 4, tzinfo=UTC)


def modules() -> Iterator[ModuleType]:
    """Every module of the service."""
    for found in pkgutil.walk_packages(service.__path__, f"{service.__name__}."):
        yield import_module(found.name)


async def owed(database: Database, set_clock: SetClock) -> None:
    """A summary of 2021 is owed, and nobody has said which days of 2022 are worked."""
    duty = Duty(new_id(), "330402", None, 2021, "jiaxing-2015-90", "六(二)")
    async with database.begin() as connection:
        await add_duties(connection, [duty], at=NEW_YEAR, by="per_1")
    await set_clock(NEW_YEAR)


async def told(api: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await api.get("/v1/registry/timers", headers=calls("operator"))
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["timers"]}


def test_every_timer_stands_in_the_timetable() -> None:
    defined = {
        one
        for module in modules()
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and {"next_due", "run"} <= vars(one).keys()
    }
    assert defined == {type(timer) for timer in TIMETABLE.timers}


async def test_an_operator_sees_every_timer_and_when_it_is_due(registry_api: httpx2.AsyncClient) -> None:
    assert list(await told(registry_api)) == [one.name for one in TIMETABLE.timers]


async def test_one_that_waits_for_a_calendar_says_for_which(
    registry: Database, registry_api: httpx2.AsyncClient, set_clock: SetClock
) -> None:
    await owed(registry, set_clock)
    await TIMETABLE.run_due(registry)
    timer = (await told(registry_api))["work_summary.year_end"]
    assert (timer["late"], timer["stuck_why"], timer["stuck_since"] is None) == (True, WAITS, False)


async def test_it_is_logged_once_and_without_a_trace_however_often_it_is_tried(
    registry: Database, set_clock: SetClock
) -> None:
    await owed(registry, set_clock)
    with capture_logs() as said:
        for _ in range(3):
            await TIMETABLE.run_due(registry)
    assert said == [
        {"event": "timer.stuck", "log_level": "warning", "timer": "work_summary.year_end", "why": WAITS},
    ]
