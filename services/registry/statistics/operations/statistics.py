"""Counts what the registry knows: for the public without what is small, for those who may know it in full."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import business_now
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.period import future_faults
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue
from services.registry.sight import Sight
from services.registry.statistics.domain.counted import Counted, Shown, in_full
from services.registry.statistics.domain.coverage import Coverage, coverage_of
from services.registry.statistics.domain.disclosure import MOST_DIMENSIONS, for_the_public
from services.registry.statistics.domain.subject import Subject, alone_faults, dimension_faults, told_of_each
from services.registry.statistics.operations.openly import Openly
from services.registry.statistics.store import counting
from services.registry.statistics.store.counting import Asof

MOST_EXACT = 3
CELLS_PUBLIC = 500
"""The public's tables with more cells are refused, since for each withheld one a ring is sought."""


async def public_statistics(
    asked: Openly, subject: Subject, dimensions: Sequence[str], on: date | None
) -> tuple[date, Shown]:
    """Count a subject for everybody, as of a local day or now; small counts of what nobody names are withheld.

    What is public one by one is counted in full (decision 0026).

    Refusal with all faults of the dimensions and the day, ``statistics.too_large`` with too many cells.
    """
    async with asked.database.read() as connection:
        today = asked.day_of(await business_now(connection))
        faults = [*dimension_faults(subject, dimensions, most=MOST_DIMENSIONS), *alone_faults(subject, dimensions)]
        day = _day(on, today, faults)
        counted = await counting.count(
            connection, subject, dimensions, asked.asof(day), sight=Sight(everything=True), limit=CELLS_PUBLIC
        )
    bounded = _bounded(counted, CELLS_PUBLIC)
    if told_of_each(subject, dimensions):
        return day, in_full(bounded)
    return day, for_the_public(bounded, least=asked.settings.statistics_least)


async def exact_statistics(
    asked: Asked, subject: Subject, dimensions: Sequence[str], on: date | None
) -> tuple[date, Shown]:
    """Count a subject in full, of what the caller may see, as of a local day or now.

    Refusal with all faults of the dimensions and the day, ``statistics.too_large`` with too many cells.
    """
    async with asked.database.read() as connection:
        today = asked.day_of(await business_now(connection))
        day = _day(on, today, dimension_faults(subject, dimensions, most=MOST_EXACT))
        at = Asof.of(day, asked.settings.zone)
        counted = await counting.count(connection, subject, dimensions, at, sight=asked.sight)
    return day, in_full(_bounded(counted, counting.CELLS_MOST))


async def read_coverage(asked: Openly, city: str, on: date | None) -> tuple[date, Coverage]:
    """Show which counties of a city have a recognised space; Refusal ``region.unlisted``, ``date.future``."""
    async with asked.database.read() as connection:
        regions = await catalogue.regions(connection)
        today = asked.day_of(await business_now(connection))
        day = _day(on, today, region_faults(city, regions=regions, pointer="/region"))
        return day, await covered(connection, city, asked.asof(day))


async def covered(connection: AsyncConnection, city: str, at: Asof) -> Coverage:
    """The coverage of a city as of a day."""
    regions = await catalogue.regions(connection)
    return coverage_of(city, regions.values(), await counting.recognised_by_region(connection, at))


def _day(on: date | None, today: date, faults: Sequence[Reason]) -> date:
    refuse_all([*faults, *([] if on is None else future_faults(on, today=today, pointer="/on"))])
    return on or today


def _bounded(counted: Counted, most: int) -> Counted:
    if len(counted.cells) > most:
        raise Refusal("statistics.too_large", rule="a table is bounded", pointer="/group_by", numbers={"most": most})
    return counted
