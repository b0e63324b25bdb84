"""Decides what a year's announcement of days off and days worked may say."""

from dataclasses import dataclass
from datetime import date

from services.chassis.refusals import Reason, Scalar

SATURDAY = 5


@dataclass(frozen=True)
class CalendarYear:
    """One announced year: weekdays that are off and weekend days that are worked."""

    year: int
    off: tuple[date, ...]
    worked: tuple[date, ...]


def calendar_faults(calendar: CalendarYear) -> list[Reason]:
    """List all that is wrong with a year: days of another year, weekends off, weekdays worked, days named twice."""
    return [*_side_faults(calendar, "off"), *_side_faults(calendar, "worked")]


def _side_faults(calendar: CalendarYear, side: str) -> list[Reason]:
    days = calendar.off if side == "off" else calendar.worked
    reasons = []
    for place, day in enumerate(days):
        pointer = f"/{side}/{place}"
        shown: dict[str, Scalar] = {"date": day.isoformat(), "year": calendar.year}
        if day.year != calendar.year:
            reasons.append(Reason("calendar.year", rule="every day lies in the year", pointer=pointer, numbers=shown))
        if (day.weekday() < SATURDAY) is not (side == "off"):
            rule = "a weekday is off or a weekend day worked; the rest goes without saying"
            reasons.append(Reason("calendar.weekday", rule=rule, pointer=pointer, numbers=shown))
        if day in days[:place]:
            reasons.append(Reason("calendar.twice", rule="a day is named once", pointer=pointer, numbers=shown))
    return reasons
