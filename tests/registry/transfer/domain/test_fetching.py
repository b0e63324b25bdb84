"""Of which days extracts are fetched, and when the house looks again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.registry.transfer.domain.fetching import DAYS, PAUSE, Fetch, FetchOutcome, again_at, days_wanted

ZONE = "Asia/Shanghai"
TODAY = date(2020, 9, 14)
NOON = datetime(2020, 9, 14, 4, tzinfo=UTC)
ORDERED = Fetch(due_at=NOON, ordered_at=NOON, job_id=UUID(int=1))
ENDED = replace(ORDERED, ended_at=NOON + timedelta(minutes=1), outcome=FetchOutcome.NOT_THERE)
FAILED = replace(ENDED, outcome=FetchOutcome.FAILED, day=TODAY, why="too_slow")
TAKEN = replace(ENDED, outcome=FetchOutcome.TAKEN, day=TODAY, import_id=UUID(int=1))


def test_the_newest_day_is_asked_for_first_and_none_older_than_a_week() -> None:
    days = days_wanted(TODAY, ())
    assert (len(days), days[0], days[-1]) == (7, TODAY, date(2020, 9, 8))
    assert days == sorted(days, reverse=True)


def test_a_day_that_was_taken_in_is_not_asked_for_again() -> None:
    days = days_wanted(TODAY, {TODAY, date(2020, 9, 12), date(2019, 1, 1)})
    assert (len(days), days[:2]) == (DAYS - 2, [date(2020, 9, 13), date(2020, 9, 11)])


def test_with_todays_extract_there_the_next_look_is_tomorrow() -> None:
    assert again_at(TAKEN, ZONE) == datetime(2020, 9, 14, 16, tzinfo=UTC)


@pytest.mark.parametrize("last", [ENDED, replace(TAKEN, day=date(2020, 9, 13)), FAILED])
def test_without_it_the_next_look_is_soon(last: Fetch) -> None:
    assert again_at(last, ZONE) == NOON + timedelta(minutes=1) + PAUSE


def test_one_that_gave_up_is_counted_from_when_it_was_ordered() -> None:
    assert again_at(ORDERED, ZONE) == NOON + PAUSE


def test_an_extract_that_came_at_midnight_is_yesterdays() -> None:
    late = replace(TAKEN, ended_at=datetime(2020, 9, 14, 16, tzinfo=UTC))
    assert again_at(late, ZONE) == datetime(2020, 9, 14, 17, tzinfo=UTC)
