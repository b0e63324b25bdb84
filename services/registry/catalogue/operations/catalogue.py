"""Keeps the small lists that everybody reads: regions, categories, calendar years; loads those that ship."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue import data
from services.registry.catalogue.domain.calendar_year import CalendarYear, calendar_faults
from services.registry.catalogue.domain.category import Category, new_category_faults
from services.registry.catalogue.domain.dossier import Document, calendar_document, category_document, region_document
from services.registry.catalogue.domain.region import Region, new_region_faults
from services.registry.catalogue.store import catalogue
from services.registry.catalogue.store.publishing import tell_calendars, tell_categories, tell_regions
from services.standards import calendars as announced

Key = TypeVar("Key", str, int)
Fact = TypeVar("Fact")


async def load_shipped(database: Database) -> int:
    """Record those shipped regions, categories and calendar years that are new; gives how many. Safe to repeat."""
    regions = [Region(**row) for row in data.shipped("regions")]
    categories = [Category(**row) for row in data.shipped("categories")]
    calendars = [_calendar(row) for row in announced.shipped()]
    async with database.begin() as connection:
        new_regions = await catalogue.add_regions(connection, regions)
        new_categories = await catalogue.add_categories(connection, categories)
        new_years = await catalogue.add_calendars(connection, calendars)
        now = await business_now(connection)
        await tell_regions(connection, [one for one in regions if one.code in new_regions], at=now)
        await tell_categories(connection, [one for one in categories if one.id in new_categories], at=now)
        await tell_calendars(connection, [one for one in calendars if one.year in new_years], at=now)
    return len(new_regions) + len(new_categories) + len(new_years)


async def record_region(asked: Asked, region: Region) -> Document:
    """Add a region; Refusal with all faults, or ``region.duplicate``."""
    async with asked.database.begin() as connection:
        refuse_all(new_region_faults(region, regions=await catalogue.regions(connection)))
        if not await catalogue.add_regions(connection, [region]):
            raise Refusal("region.duplicate", pointer="/code", numbers={"id": region.code})
        await tell_regions(connection, [region], at=await business_now(connection))
    return region_document(region)


async def record_category(asked: Asked, category: Category) -> Document:
    """Add a category; Refusal with all faults, or ``category.duplicate``."""
    async with asked.database.begin() as connection:
        refuse_all(new_category_faults(category, categories=await catalogue.categories(connection)))
        if not await catalogue.add_categories(connection, [category]):
            raise Refusal("category.duplicate", pointer="/id", numbers={"id": category.id})
        await tell_categories(connection, [category], at=await business_now(connection))
    return category_document(category)


async def record_calendar(asked: Asked, calendar: CalendarYear) -> Document:
    """Add an announced year; Refusal with all faults, or ``calendar.duplicate``."""
    async with asked.database.begin() as connection:
        refuse_all(calendar_faults(calendar))
        if not await catalogue.add_calendars(connection, [calendar]):
            raise Refusal("calendar.duplicate", pointer="/year", numbers={"id": str(calendar.year)})
        await tell_calendars(connection, [calendar], at=await business_now(connection))
    return calendar_document(calendar)


async def read_region(asked: Asked, code: str) -> Document:
    """Show a region; NotFound ``region.unknown``."""
    async with asked.database.read() as connection:
        return region_document(_there(await catalogue.regions(connection), code, "region.unknown"))


async def read_category(asked: Asked, name: str) -> Document:
    """Show a category; NotFound ``category.unknown``."""
    async with asked.database.read() as connection:
        return category_document(_there(await catalogue.categories(connection), name, "category.unknown"))


async def read_calendar(asked: Asked, year: int) -> Document:
    """Show a calendar year; NotFound ``calendar.unknown``."""
    async with asked.database.read() as connection:
        return calendar_document(_there(await catalogue.calendars(connection), year, "calendar.unknown"))


async def list_regions(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Show a page of the regions by code, and its next cursor."""
    async with asked.database.read() as connection:
        found = await catalogue.regions(connection)
    return _page([region_document(one) for one in found.values()], "id", after, limit)


async def list_categories(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Show a page of the categories by id, and its next cursor."""
    async with asked.database.read() as connection:
        found = await catalogue.categories(connection)
    return _page([category_document(one) for one in found.values()], "id", after, limit)


async def list_calendars(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Show a page of the calendar years, and its next cursor."""
    async with asked.database.read() as connection:
        found = await catalogue.calendars(connection)
    return _page([calendar_document(one) for one in found.values()], "year", after, limit)


def _page(documents: list[Document], key: str, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """These lists are short, so they are read whole and turned over here."""
    last = "" if after is None else pages.decode(after, 1)[0]
    left = sorted((one for one in documents if str(one[key]) > last), key=lambda one: str(one[key]))
    return pages.cut(left, limit, lambda one: (str(one[key]),))


def _there(known: Mapping[Key, Fact], key: Key, code: str) -> Fact:
    if key not in known:
        raise NotFound(code)
    return known[key]


def _calendar(row: Mapping[str, Any]) -> CalendarYear:
    off, worked = ([date.fromisoformat(day) for day in row[side]] for side in ("off", "worked"))
    return CalendarYear(row["year"], tuple(off), tuple(worked))
