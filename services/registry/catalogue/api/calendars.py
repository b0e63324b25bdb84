"""Speaks HTTP for working-day calendars."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.operations import catalogue

calendars_api = router()

YEAR_LEAST, YEAR_MOST = 2000, 2999
DAYS_MOST = 366


class NewCalendar(StrictModel):
    """An announced year: weekdays that are off, weekend days that are worked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"year": 2022, "off": ["2022-01-03"], "worked": ["2022-01-29"]}]}
    )

    year: int = Field(ge=YEAR_LEAST, le=YEAR_MOST)
    off: list[Day] = Field(max_length=DAYS_MOST)
    worked: list[Day] = Field(max_length=DAYS_MOST)


class CalendarView(StrictModel):
    """An announced year."""

    year: int
    off: list[date]
    worked: list[date]


@calendars_api.post(
    "/v1/calendars", status_code=status.HTTP_201_CREATED, tags=["calendars"], response_model=CalendarView
)
async def create_calendar(body: NewCalendar, asked: AskedBy) -> Document:
    """Add an announced year."""
    return await catalogue.record_calendar(asked, CalendarYear(body.year, tuple(body.off), tuple(body.worked)))


@calendars_api.get("/v1/calendars", tags=["calendars"], response_model=Page[CalendarView])
async def list_calendars(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> dict[str, Any]:
    """Announced years."""
    items, cursor = await catalogue.list_calendars(asked, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@calendars_api.get("/v1/calendars/{year}", tags=["calendars"], response_model=CalendarView)
async def get_calendar(year: Annotated[int, Path(ge=YEAR_LEAST, le=YEAR_MOST)], asked: AskedBy) -> Document:
    """One announced year."""
    return await catalogue.read_calendar(asked, year)
