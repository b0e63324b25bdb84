"""What a year's announcement may say."""

from datetime import date

from services.registry.catalogue.domain.calendar_year import CalendarYear, calendar_faults

MONDAY, SATURDAY = date(2022, 1, 3), date(2022, 1, 29)


def test_a_weekday_off_and_a_weekend_day_worked_are_taken() -> None:
    assert calendar_faults(CalendarYear(2022, (MONDAY,), (SATURDAY,))) == []


def test_a_weekend_off_and_a_weekday_worked_go_without_saying() -> None:
    found = calendar_faults(CalendarYear(2022, (SATURDAY,), (MONDAY,)))
    assert [(fault.code, fault.pointer) for fault in found] == [
        ("calendar.weekday", "/off/0"),
        ("calendar.weekday", "/worked/0"),
    ]


def test_a_day_of_another_year_and_a_day_named_twice_are_refused() -> None:
    found = calendar_faults(CalendarYear(2023, (MONDAY, MONDAY), ()))
    assert [fault.code for fault in found] == ["calendar.year", "calendar.year", "calendar.twice"]
