"""How long a fact holds: whole days, the last one included."""

from datetime import date

import pytest

from services.registry.catalogue.domain.period import Period, future_faults, period_faults, years_after

MAY, JUNE, JULY = date(2020, 5, 1), date(2020, 6, 1), date(2020, 7, 1)


@pytest.mark.parametrize(
    ("day", "covered"), [(date(2020, 4, 30), False), (MAY, True), (JUNE, True), (date(2020, 6, 2), False)]
)
def test_a_period_covers_its_first_and_its_last_day(day: date, covered: bool) -> None:
    assert Period(MAY, JUNE).covers(day) is covered


def test_an_open_period_covers_every_later_day() -> None:
    assert Period(MAY).covers(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Period(MAY, JUNE), Period(JUNE, JULY), True),
        (Period(MAY, date(2020, 5, 31)), Period(JUNE, JULY), False),
        (Period(MAY), Period(JUNE), True),
        (Period(JUNE), Period(MAY, date(2020, 5, 31)), False),
    ],
)
def test_periods_overlap_when_they_share_a_day(one: Period, other: Period, overlap: bool) -> None:
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


def test_a_period_has_ended_the_day_after_its_last() -> None:
    assert Period(MAY, JUNE).ended_before(date(2020, 6, 2))
    assert not Period(MAY, JUNE).ended_before(JUNE)
    assert not Period(MAY).ended_before(JULY)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    (fault,) = period_faults(Period(JUNE, MAY))
    assert (fault.code, fault.pointer) == ("period.reversed", "/until")
    assert fault.numbers == {"from": "2020-06-01", "until": "2020-05-01"}


def test_a_period_of_one_day_and_an_open_one_are_taken() -> None:
    assert period_faults(Period(MAY, MAY)) == period_faults(Period(MAY)) == []


def test_what_has_happened_lies_not_in_the_future() -> None:
    assert future_faults(JUNE, today=JUNE, pointer="/from") == []
    assert future_faults(None, today=JUNE, pointer="/from") == []
    assert [fault.code for fault in future_faults(JULY, today=JUNE, pointer="/from")] == ["date.future"]


def test_the_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    assert years_after(date(2020, 2, 29), 1) == date(2021, 2, 28)
    assert years_after(date(2020, 2, 29), 4) == date(2024, 2, 29)
