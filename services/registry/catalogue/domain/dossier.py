"""Decides what the registry tells about what is listed: the documents of the change feed and of the API alike."""

from datetime import date
from typing import Any

from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.period import Period
from services.registry.catalogue.domain.region import Region

Document = dict[str, Any]


def region_document(region: Region) -> Document:
    """Render a region."""
    return {
        "id": region.code,
        "name_zh": region.name_zh,
        "name_en": region.name_en,
        "parent": region.parent,
        "list": region.listed_in.value,
    }


def category_document(category: Category) -> Document:
    """Render a category."""
    return dict(vars(category))


def calendar_document(calendar: CalendarYear) -> Document:
    """Render a calendar year, days in order."""
    return {
        "year": calendar.year,
        "off": [day.isoformat() for day in sorted(calendar.off)],
        "worked": [day.isoformat() for day in sorted(calendar.worked)],
    }


def period_document(period: Period) -> Document:
    """Render a period: its first day and its last, which is included; null is open."""
    return {"from": period.start.isoformat(), "until": day_document(period.until)}


def day_document(day: date | None) -> str | None:
    """Render a local day, or none."""
    return None if day is None else day.isoformat()
