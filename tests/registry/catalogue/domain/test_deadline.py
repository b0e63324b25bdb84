"""Until when somebody is waited for, in working days; that there is one piece for it in the registry."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.deadline import due_after, last_day
from services.standards.calendar import WorkingDays

REGISTRY = Path(__file__).parents[4] / "services" / "registry"
HOLIDAY = WorkingDays(frozenset({date(2020, 10, 1), date(2020, 10, 2)}), frozenset(), frozenset({2020}))


def test_working_days_are_counted_to_the_end_of_the_last_one() -> None:
    due = due_after(date(2020, 9, 29), 2, HOLIDAY, "Asia/Shanghai")
    assert due == datetime(2020, 10, 5, 16, tzinfo=UTC)


def test_a_year_that_is_not_recorded_is_not_guessed() -> None:
    with pytest.raises(Refusal) as refused:
        due_after(date(2020, 12, 31), 1, HOLIDAY, "Asia/Shanghai")
    assert (refused.value.code, refused.value.reasons[0].numbers) == ("calendar.not_loaded", {"year": 2021})


def test_the_last_of_the_working_days_is_a_day() -> None:
    assert last_day(date(2020, 9, 29), 2, HOLIDAY) == date(2020, 10, 5)


def test_nobody_else_in_the_registry_turns_a_missing_year_into_a_refusal() -> None:
    sources = {path.relative_to(REGISTRY).as_posix(): path.read_text("utf-8") for path in REGISTRY.rglob("*.py")}
    assert [name for name, source in sources.items() if "except CalendarNotLoaded" in source] == [
        "catalogue/domain/deadline.py"
    ]
