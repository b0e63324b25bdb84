"""The small lists that everybody reads."""

import asyncio
from datetime import date

import pytest

from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.region import Region
from services.registry.catalogue.operations.catalogue import (
    list_calendars,
    list_categories,
    list_regions,
    load_shipped,
    read_calendar,
    read_category,
    read_region,
    record_calendar,
    record_category,
    record_region,
)
from services.registry.feed.operations.changes import read_changes
from tests.registry.samples import asked, codes

DISTRICTS = {
    "440703": "蓬江区",
    "440704": "江海区",
    "440705": "新会区",
    "440781": "台山市",
    "440783": "开平市",
    "440784": "鹤山市",
    "440785": "恩平市",
}


async def test_jiangmen_ships_with_its_seven_districts(registry: Database) -> None:
    items, _ = await list_regions(asked(registry, "list_regions", "holder"), after=None, limit=50)
    assert {item["id"]: item["name_zh"] for item in items if item["parent"] == "440700"} == DISTRICTS


async def test_the_tree_of_services_ships_with_five_branches(registry: Database) -> None:
    items, _ = await list_categories(asked(registry, "list_categories", "holder"), after=None, limit=50)
    tops = {item["id"] for item in items if item["parent"] is None}
    assert tops == {"testing", "design", "consulting", "training", "technical-exchange"}


async def test_what_ships_is_loaded_once_however_many_start_at_once(registry_db: Database) -> None:
    loaded = await asyncio.gather(*(load_shipped(registry_db) for _ in range(4)))
    assert sorted(loaded)[:3] == [0, 0, 0]
    request = asked(registry_db, "list_changes", "service")
    found = (await read_changes(request, after=None, seen=None, limit=200)).entries
    assert len(found) == len({(one.event.subject_kind, one.event.subject_id) for one in found}) == max(loaded)


async def test_a_region_is_added_once(registry: Database) -> None:
    region = Region("440799", "新区", "New", "440700")
    request = asked(registry, "create_region")
    assert (await record_region(request, region))["id"] == "440799"
    assert (await read_region(asked(registry, "get_region", "holder"), "440799"))["parent"] == "440700"
    with pytest.raises(Refusal) as refused:
        await record_region(request, region)
    assert codes(refused.value) == {"region.duplicate"}


async def test_a_category_is_added_once(registry: Database) -> None:
    category = Category("x-ray", "射线检测", "X-ray", "testing")
    request = asked(registry, "create_category")
    assert await record_category(request, category) == await read_category(request, "x-ray")
    with pytest.raises(Refusal) as refused:
        await record_category(request, category)
    assert codes(refused.value) == {"category.duplicate"}


async def test_a_calendar_year_is_added_once(registry: Database) -> None:
    calendar = CalendarYear(2022, (date(2022, 1, 3),), (date(2022, 1, 29),))
    request = asked(registry, "create_calendar")
    assert await record_calendar(request, calendar) == await read_calendar(request, 2022)
    with pytest.raises(Refusal) as refused:
        await record_calendar(request, calendar)
    assert codes(refused.value) == {"calendar.duplicate"}


async def test_faults_are_refused(registry: Database) -> None:
    with pytest.raises(Refusal):
        await record_region(asked(registry, "create_region"), Region("x", "", "", None))
    with pytest.raises(Refusal):
        await record_category(asked(registry, "create_category"), Category("X", "", "", None))
    with pytest.raises(Refusal):
        await record_calendar(asked(registry, "create_calendar"), CalendarYear(2022, (date(2022, 1, 1),), ()))


async def test_what_is_not_listed_is_not_found(registry: Database) -> None:
    for read, key in ((read_region, "990000"), (read_category, "magic")):
        with pytest.raises(NotFound):
            await read(asked(registry, "get_region"), key)
    with pytest.raises(NotFound):
        await read_calendar(asked(registry, "get_calendar"), 1999)


async def test_lists_are_turned_over(registry: Database) -> None:
    request = asked(registry, "list_calendars")
    first, cursor = await list_calendars(request, after=None, limit=1)
    second, end = await list_calendars(request, after=cursor, limit=1)
    assert ([item["year"] for item in first + second], end) == ([2020, 2021], None)
