"""Decides until when a provider may answer, and a second person may confirm: so many working days."""

from datetime import date, datetime

from services.chassis.refusals import Refusal
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day


def due_after(today: date, working_days: int, calendar: WorkingDays, zone: str) -> datetime:
    """The end (UTC) of the n-th working day after today.

    Refusal ``calendar.not_loaded`` when the way leads through a year whose announcement is not recorded.
    """
    try:
        return end_of_day(calendar.add(today, working_days), zone)
    except CalendarNotLoaded as missing:
        raise Refusal("calendar.not_loaded", numbers={"year": missing.year}) from missing
