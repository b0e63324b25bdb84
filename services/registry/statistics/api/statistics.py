"""Speaks HTTP for statistics: counts by dimension, and the coverage of a city."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from services.chassis.http import router
from services.chassis.models import Day, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.statistics.api.openly import AskedOpenly
from services.registry.statistics.api.sheets import SHEETS, Format, sheet
from services.registry.statistics.domain.counted import Line, Shown
from services.registry.statistics.domain.subject import Subject
from services.registry.statistics.operations import statistics

statistics_api = router()

WITHHELD = "withheld"


class LineView(StrictModel):
    """A count by its dimensions' values, null where nothing is known; count null: withheld, since it is small or would
    tell of a small one.
    """

    by: dict[str, str | None]
    count: int | None


class StatisticsView(StrictModel):
    """Counts as of the end of a local day. sums: by each dimension alone, where there are two or more.

    complete is false when nothing but the total could be told without giving away small counts.
    """

    subject: Subject
    on: date
    group_by: list[str]
    cells: list[LineView]
    sums: list[list[LineView]]
    total: int | None
    complete: bool


class CountyView(StrictModel):
    """A county and its recognised spaces."""

    region: str
    recognised_spaces: int
    covered: bool


class CoverageView(StrictModel):
    """Whether each county of a city has a recognised space, as of the end of a local day."""

    region: str
    on: date
    counties: list[CountyView]
    covered: int
    of: int
    full: bool


@dataclass(frozen=True)
class Wanted:
    """Which table is wanted, and how."""

    subject: Subject
    dimensions: tuple[str, ...]
    on: date | None
    format: Format


async def _wanted(
    subject: Annotated[Subject, Query(description="What is counted.")],
    group_by: Annotated[
        str, Query(max_length=200, pattern="^([a-z]+(,[a-z]+)*)?$", description="Dimensions, by comma.")
    ] = "",
    on: Annotated[Day | None, Query(description="As of the end of this local day; now if left out.")] = None,
    as_: Annotated[Format, Query(alias="format", description="A sheet instead of JSON.")] = "json",
) -> Wanted:
    return Wanted(subject, tuple(group_by.split(",")) if group_by else (), on, as_)


Asking = Annotated[Wanted, Depends(_wanted)]


@statistics_api.get("/v1/statistics", tags=["statistics"], response_model=StatisticsView, responses=SHEETS)
async def get_statistics(asked: AskedOpenly, wanted: Asking) -> Any:
    """Counts for everybody. What is public one by one (spaces, providers, admissions, offerings) is told exactly;
    of the rest small counts are withheld, and others with them so that they cannot be computed.
    """
    day, shown = await statistics.public_statistics(asked, wanted.subject, wanted.dimensions, wanted.on)
    return _answer(wanted, day, shown)


@statistics_api.get("/v1/statistics/exact", tags=["statistics"], response_model=StatisticsView, responses=SHEETS)
async def get_exact_statistics(asked: AskedBy, wanted: Asking) -> Any:
    """Counts in full, of what the caller may see."""
    day, shown = await statistics.exact_statistics(asked, wanted.subject, wanted.dimensions, wanted.on)
    return _answer(wanted, day, shown)


@statistics_api.get("/v1/statistics/coverage", tags=["statistics"], response_model=CoverageView)
async def get_coverage(
    asked: AskedOpenly,
    region: Annotated[str, Query(max_length=64, description="A city, whose counties are looked at.")],
    on: Annotated[Day | None, Query(description="As of the end of this local day; now if left out.")] = None,
) -> dict[str, Any]:
    """Which counties of a city have a recognised space, and whether all have."""
    day, found = await statistics.read_coverage(asked, region, on)
    counties = [
        {"region": one.region, "recognised_spaces": one.spaces, "covered": one.covered} for one in found.counties
    ]
    told = {"region": found.city, "on": day, "counties": counties}
    return {**told, "covered": found.covered, "of": len(counties), "full": found.full}


def _answer(wanted: Wanted, day: date, shown: Shown) -> Response | dict[str, Any]:
    if wanted.format != "json":
        return sheet(_rows(wanted, day, shown), name=f"{wanted.subject.value}-{day}", as_=wanted.format)
    return {
        "subject": wanted.subject,
        "on": day,
        "group_by": list(shown.dimensions),
        "cells": [_line(shown.dimensions, line) for line in shown.cells],
        "sums": [
            [_line((name,), line) for line in sums] for name, sums in zip(shown.dimensions, shown.margins, strict=False)
        ],
        "total": shown.total,
        "complete": shown.whole,
    }


def _line(names: tuple[str, ...], line: Line) -> dict[str, Any]:
    return {"by": dict(zip(names, line.key, strict=True)), "count": line.count}


def _rows(wanted: Wanted, day: date, shown: Shown) -> list[list[str | int | None]]:
    """The cells under their headings, then the total; what is withheld says so."""
    headings: list[str | int | None] = [*shown.dimensions, wanted.subject.value, "on"]
    total: list[str | int | None] = [_told(shown.total), day.isoformat()]
    if not shown.dimensions:
        return [headings, total]
    rows = [[*line.key, _told(line.count), day.isoformat()] for line in shown.cells]
    return [headings, *rows, ["total", *[None] * (len(shown.dimensions) - 1), *total]]


def _told(count: int | None) -> str | int:
    return WITHHELD if count is None else count
