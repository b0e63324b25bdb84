"""Decides which days are worked and at which instant a local date ends.

Which weekdays are off and which weekends are worked is announced year by year, so it is data; a year without data is
refused and never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class CalendarNotLoaded(LookupError):
    """A working day was asked for in a year whose announcement is not loaded; `year` says which."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working-day calendar of {year} is not loaded")
        self.year = year


@dataclass(frozen=True)
class WorkingDays:
    """The years loaded, with the weekdays that are off and the weekend days that are worked."""

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def __post_init__(self) -> None:
        """Refuse a day that is both off and worked, or lies in a year that is not loaded (ValueError)."""
        if self.off & self.worked:
            raise ValueError("a day is either off or worked")
        if any(day.year not in self.years for day in self.off | self.worked):
            raise ValueError("every day listed lies in one of the years")

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, Any]]) -> Self:
        """Join calendar documents `{"year": 2020, "off": ["2020-01-01", …], "worked": […]}`, one per year."""
        years = list(documents)
        return cls(
            off=frozenset(date.fromisoformat(day) for year in years for day in year["off"]),
            worked=frozenset(date.fromisoformat(day) for year in years for day in year["worked"]),
            years=frozenset(year["year"] for year in years),
        )

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked. Raises CalendarNotLoaded."""
        if day.year not in self.years:
            raise CalendarNotLoaded(day.year)
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def add(self, day: date, working_days: int) -> date:
        """Give the n-th working day after a day; the day itself does not count, and 0 gives it back.

        Raises CalendarNotLoaded when the way leads through a year that is not loaded, ValueError for a negative count.
        """
        if working_days < 0:
            raise ValueError("working days are counted forward")
        left = working_days
        while left:
            day += ONE_DAY
            left -= self.is_working(day)
        return day


def end_of_day(day: date, zone: str) -> datetime:
    """Give the UTC instant at which a local date is over: the next local midnight, itself no longer part of it."""
    return datetime.combine(day + ONE_DAY, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def start_of_day(day: date, zone: str) -> datetime:
    """Give the UTC instant at which a local date begins."""
    return end_of_day(day - ONE_DAY, zone)


@lru_cache(maxsize=4_096)
def local_date(instant: datetime, zone: str) -> date:
    """Give the date that a clock in the zone shows at an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_of_due(instant: datetime, zone: str) -> date:
    """Give the local date for which what falls due at an instant counts: at the end of a day, that day."""
    return local_date(instant - timedelta(microseconds=1), zone)
