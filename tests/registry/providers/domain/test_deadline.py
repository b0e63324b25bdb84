"""Until when somebody is waited for, in working days."""

from datetime import UTC, date, datetime

import pytest

from services.chassis.refusals import Refusal
from services.registry.providers.domain.deadline import due_after
from services.standards.calendar import WorkingDays

HOLIDAY = WorkingDays(frozenset({date(2020, 10, 1), date(2020, 10, 2)}), frozenset(), frozenset({2020}))


def test_working_days_are_counted_to_the_end_of_the_last_one() -> None:
    due = due_after(date(2020, 9, 29), 2, HOLIDAY, "Asia/Shanghai")
    assert due == datetime(2020, 10, 5, 16, tzinfo=UTC)


def test_a_year_that_is_not_recorded_is_not_guessed() -> None:
    with pytest.raises(Refusal) as refused:
        due_after(date(2020, 12, 31), 1, HOLIDAY, "Asia/Shanghai")
    assert (refused.value.code, refused.value.reasons[0].numbers) == ("calendar.not_loaded", {"year": 2021})
