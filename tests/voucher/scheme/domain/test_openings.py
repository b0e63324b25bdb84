"""A scheme may open more than once in its year: each time has its own dates, in order, within the same budget."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays
from services.voucher.scheme.domain import checks
from services.voucher.scheme.domain.deadlines import calendar_faults, windows
from services.voucher.scheme.domain.explaining.explain import paragraphs
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import DAYS, FILE, a_document, a_scheme

SECOND = {"opens": "2020-09-28 10:00", "closes": "2020-09-29 16:00", "allocate_until": "2020-10-20"}
SOURCE = "our default, not in the notice"
WAITING_LIST = "waiting_list: {value: true,"
TWICE = FILE.replace(
    WAITING_LIST,
    'windows: {value: [{opens: 2020-09-28 10:00, closes: 2020-09-29 16:00, allocate_until: "2020-10-20"}],'
    f' source: "{SOURCE}"}}\n  {WAITING_LIST}',
    1,
)


def twice(**changed: str) -> dict[str, Any]:
    return {"allocation/windows": {"value": [{**SECOND, **changed}], "source": SOURCE}}


def faults(**changed: str) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in checks.faults(a_document(twice(**changed)))]


def test_a_file_that_opens_twice_is_sound_and_each_time_has_its_own_dates() -> None:
    assert faults() == []
    found = windows(a_scheme(twice()), DAYS, window=2)
    assert (found.opens_at, found.closes_at) == (
        datetime(2020, 9, 28, 2, tzinfo=UTC),
        datetime(2020, 9, 29, 8, tzinfo=UTC),
    )
    assert found.allocate_until == date(2020, 10, 20)
    assert windows(a_scheme(twice()), DAYS) == windows(a_scheme(), DAYS)


def test_an_opening_that_the_scheme_has_not_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        windows(a_scheme(twice()), DAYS, window=3)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.pointer, reason.numbers) == (
        "round.window_unknown",
        "/window",
        {"window": 3, "windows": 2},
    )


@pytest.mark.parametrize(
    ("changed", "code", "name"),
    [
        ({"closes": "2020-09-28 10:00"}, "scheme.dates_out_of_order", "closes"),
        ({"allocate_until": "2020-09-28"}, "scheme.dates_out_of_order", "allocate_until"),
        ({"opens": "2020-09-15 12:00"}, "scheme.dates_out_of_order", "opens"),
        ({"allocate_until": "2021-01-04"}, "scheme.window_other_year", "allocate_until"),
    ],
)
def test_openings_come_one_after_the_other_in_one_year(changed: dict[str, str], code: str, name: str) -> None:
    assert (code, f"/allocation/windows/value/0/{name}") in faults(**changed)


def test_no_voucher_of_a_later_opening_ends_before_it_closes() -> None:
    closes = {"opens": "2020-10-18 10:00", "closes": "2020-10-19 10:00", "allocate_until": "2020-10-30"}
    assert ("scheme.dates_out_of_order", "/validity/issued/use_by/value") in faults(**closes)


def test_every_opening_needs_its_calendar() -> None:
    found = [fault.pointer for fault in calendar_faults(a_scheme(twice()), WorkingDays.of([]))]
    assert "/allocation/windows/value/0/closes" in found
    assert "/allocation/windows/value/0/allocate_until" in found


def test_the_officer_reads_when_it_opens_again() -> None:
    read = reading.read(TWICE)
    assert not read.faults
    assert "Further windows of the year: 28 September 2020" in str(paragraphs(read.document, "en"))
