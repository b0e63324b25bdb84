"""Decides until when somebody may answer, object or decide: so many working days."""

from datetime import date, datetime

from services.chassis.refusals import Refusal
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day


def last_day(today: date, working_days: int, calendar: WorkingDays) -> date:
    """The n-th working day after today.

    Refusal ``calendar.not_loaded`` when the way leads through a year whose announcement is not recorded.
    """
    try:
        return calendar.add(today, working_days)
    except CalendarNotLoaded as missing:
        raise Refusal("calendar.not_loaded", numbers={"year": missing.year}) from missing


def due_after(today: date, working_days: int, calendar: WorkingDays, zone: str) -> datetime:
    """The end (UTC) of the n-th working day after today; Refusal ``calendar.not_loaded``."""
    return end_of_day(last_day(today, working_days, calendar), zone)
