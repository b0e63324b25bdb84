"""Decides of which days extracts of the official registers are fetched, and when the house looks for one again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.standards.calendar import end_of_day, local_date

DAYS = 7
"""How many days back a look goes, today being the first."""
PAUSE = timedelta(hours=1)
"""Between two looks while today's extract is not taken in."""


class FetchOutcome(StrEnum):
    """What a look for an extract came to."""

    TAKEN = "taken"
    NOT_THERE = "not_there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A look for an extract. due_at: as of when it was ordered; ordered_at, ended_at: business time, in UTC.

    day: whose extract was taken in, or could not be had; why: in a word, of one that failed.
    """

    due_at: datetime
    ordered_at: datetime
    job_id: UUID
    outcome: FetchOutcome | None = None
    day: date | None = None
    why: str | None = None
    import_id: UUID | None = None
    ended_at: datetime | None = None


def days_wanted(today: date, taken: Collection[date]) -> list[date]:
    """Give the days whose extract is asked for, newest first: those of the last few that were not taken in yet."""
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return [day for day in days if day not in taken]


def again_at(last: Fetch, zone: str) -> datetime:
    """Give the instant of the next look: tomorrow when today's extract was taken in, soon otherwise."""
    come = last.ended_at or last.ordered_at
    today = local_date(come, zone)
    if last.outcome is FetchOutcome.TAKEN and last.day == today:
        return end_of_day(today, zone)
    return come + PAUSE
