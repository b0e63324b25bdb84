"""Holds the announced working days of 2020 and 2021, and the instant at which a date is over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.calendar import CalendarNotLoaded, WorkingDays, day_of_due, end_of_day, local_date
from services.standards.calendars import shipped

DAYS = WorkingDays.of(shipped())
SHANGHAI = "Asia/Shanghai"
early = st.dates(min_value=date(2020, 1, 1), max_value=date(2021, 6, 30))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2020, 9, 30), True),
        (date(2020, 10, 1), False),
        (date(2020, 10, 3), False),
        (date(2020, 10, 10), True),
        (date(2020, 9, 27), True),
    ],
    ids=["weekday", "holiday", "weekend in the holiday", "saturday worked", "sunday worked"],
)
def test_a_day_is_worked_as_announced(day: date, *, working: bool) -> None:
    assert DAYS.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2020, 9, 30), 1, date(2020, 10, 9)),
        (date(2020, 9, 30), 2, date(2020, 10, 10)),
        (date(2020, 10, 10), 1, date(2020, 10, 12)),
        (date(2020, 12, 31), 1, date(2021, 1, 4)),
        (date(2020, 10, 3), 0, date(2020, 10, 3)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, count: int, end: date) -> None:
    assert DAYS.add(start, count) == end


def test_a_year_that_is_not_loaded_is_refused() -> None:
    with pytest.raises(CalendarNotLoaded) as refused:
        DAYS.add(date(2021, 12, 31), 1)
    assert refused.value.year == 2022


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        DAYS.add(date(2020, 1, 2), -1)


@pytest.mark.parametrize(
    "document",
    [
        {"year": 2020, "off": ["2020-05-01"], "worked": ["2020-05-01"]},
        {"year": 2020, "off": ["2021-05-01"], "worked": []},
    ],
    ids=["both off and worked", "in another year"],
)
def test_an_announcement_that_contradicts_itself_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="day"):
        WorkingDays.of([document])


@given(early, st.integers(min_value=0, max_value=30), st.integers(min_value=0, max_value=30))
def test_counting_in_two_steps_is_counting_at_once(day: date, first: int, second: int) -> None:
    assert DAYS.add(DAYS.add(day, first), second) == DAYS.add(day, first + second)


@given(early, st.integers(min_value=1, max_value=30))
def test_the_day_reached_is_worked_and_lies_after(day: date, count: int) -> None:
    reached = DAYS.add(day, count)
    assert DAYS.is_working(reached)
    assert sum(DAYS.is_working(day + timedelta(days=n)) for n in range(1, (reached - day).days + 1)) == count


def test_the_years_of_2020_and_2021_ship_with_the_product() -> None:
    loaded = WorkingDays.of(shipped("cn"))
    assert loaded.years == {2020, 2021}
    assert (len(loaded.off), len(loaded.worked)) == (37, 13)


def test_a_date_is_over_at_the_next_local_midnight() -> None:
    end = end_of_day(date(2020, 10, 15), SHANGHAI)
    assert (end, end.tzinfo) == (datetime(2020, 10, 15, 16, tzinfo=UTC), UTC)


@given(early, st.sampled_from([SHANGHAI, "Europe/Dublin", "America/Sao_Paulo", "UTC"]))
def test_the_end_is_no_longer_part_of_the_date(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    assert local_date(end, zone) == day + timedelta(days=1)
    assert day_of_due(end, zone) == day
    assert day_of_due(end + timedelta(microseconds=1), zone) == day + timedelta(days=1)
    assert local_date(end - timedelta(microseconds=1), zone) == day
