"""Decides how long a registered fact holds: from a day, until a day or without end, both days included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.chassis.refusals import Reason


@dataclass(frozen=True)
class Period:
    """Whole local days: ``start`` is the first, ``until`` the last (None: open)."""

    start: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the fact holds on a day."""
        return self.start <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "Period") -> bool:
        """Whether both hold on at least one common day."""
        return (other.until is None or self.start <= other.until) and (self.until is None or other.start <= self.until)

    def ended_before(self, day: date) -> bool:
        """Whether the last day lies before a day."""
        return self.until is not None and self.until < day


def all_over(periods: Sequence[Period], day: date) -> bool:
    """Whether there are periods, and the last day of each lies before a day."""
    return bool(periods) and all(period.ended_before(day) for period in periods)


def period_faults(period: Period, pointer: str = "/until") -> list[Reason]:
    """List what is wrong with a period: it ends before it begins."""
    if period.until is not None and period.until < period.start:
        return [
            Reason(
                "period.reversed",
                rule="a period ends on or after the day it begins",
                pointer=pointer,
                numbers={"from": period.start.isoformat(), "until": period.until.isoformat()},
            )
        ]
    return []


def future_faults(day: date | None, *, today: date, pointer: str) -> list[Reason]:
    """List what is wrong with the day of something that must have happened: it has not come yet."""
    if day is not None and day > today:
        return [
            Reason(
                "date.future",
                rule="what is recorded as having happened lies not in the future",
                pointer=pointer,
                numbers={"date": day.isoformat(), "today": today.isoformat()},
            )
        ]
    return []


def years_after(day: date, years: int) -> date:
    """Give the same day of the month some years later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
