"""Remembers regions, categories and calendar years: small lists that everybody reads."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.region import Region, RegionList
from services.registry.catalogue.store.tables import Calendars, Categories, Regions
from services.standards.calendar import WorkingDays

REGIONS = Regions.__table__
CATEGORIES = Categories.__table__
CALENDARS = Calendars.__table__


async def add_regions(connection: AsyncConnection, regions: Sequence[Region]) -> set[str]:
    """Record those regions whose code is new; gives their codes."""
    return await _add_new(connection, REGIONS, [vars(region) for region in regions])


async def add_categories(connection: AsyncConnection, categories: Sequence[Category]) -> set[str]:
    """Record those categories whose id is new; gives their ids."""
    return await _add_new(connection, CATEGORIES, [vars(category) for category in categories])


async def add_calendars(connection: AsyncConnection, calendars: Sequence[CalendarYear]) -> set[int]:
    """Record those years that are new; gives them."""
    rows = [{"year": one.year, "off": list(one.off), "worked": list(one.worked)} for one in calendars]
    return await _add_new(connection, CALENDARS, rows)


async def regions(connection: AsyncConnection) -> dict[str, Region]:
    """All regions by code."""
    rows = await connection.execute(select(REGIONS).order_by(REGIONS.c.code))
    return {row.code: Region(row.code, row.name_zh, row.name_en, row.parent, RegionList(row.listed_in)) for row in rows}


async def categories(connection: AsyncConnection) -> dict[str, Category]:
    """All categories by id."""
    rows = await connection.execute(select(CATEGORIES).order_by(CATEGORIES.c.id))
    return {row.id: Category(row.id, row.name_zh, row.name_en, row.parent) for row in rows}


async def calendars(connection: AsyncConnection) -> dict[int, CalendarYear]:
    """All calendar years by year."""
    rows = await connection.execute(select(CALENDARS).order_by(CALENDARS.c.year))
    return {row.year: CalendarYear(row.year, tuple(row.off), tuple(row.worked)) for row in rows}


async def working_days(connection: AsyncConnection) -> WorkingDays:
    """The working-day calendars of all years that are recorded."""
    years = (await calendars(connection)).values()
    return WorkingDays(
        off=frozenset(day for year in years for day in year.off),
        worked=frozenset(day for year in years for day in year.worked),
        years=frozenset(year.year for year in years),
    )


async def _add_new(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> set[Any]:
    (key,) = table.primary_key.columns
    statement = insert(table).values(rows).on_conflict_do_nothing().returning(key)
    return set((await connection.execute(statement)).scalars())
