"""A date includes its whole local day, and a deadline beyond the loaded calendars is found."""

from datetime import UTC, date, datetime

import pytest

from services.standards.calendar import CalendarNotLoaded, WorkingDays
from services.voucher.scheme.domain.deadlines import USE_BY, YEAR_END, calendar_faults, voucher_dates, windows
from tests.voucher.scheme.samples import DAYS, a_scheme

ISSUED = date(2020, 9, 16)
NOTHING_LOADED = WorkingDays(frozenset(), frozenset(), frozenset())


def test_a_date_ends_with_the_local_midnight_after_it() -> None:
    dates = voucher_dates(a_scheme(), issued=ISSUED, backfilled=False)
    assert dates.use_by_ends == datetime(2020, 10, 15, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("use_by", "last_day", "ends_by"),
    [
        ("2020-12-30", "2020-12-30", USE_BY),
        ("2020-12-31", "2020-12-31", USE_BY),
        ("2021-01-01", "2020-12-31", YEAR_END),
    ],
)
def test_the_end_of_the_year_is_what_ends_a_voucher_only_where_its_own_date_would_be_later(
    use_by: str, last_day: str, ends_by: str
) -> None:
    dates = voucher_dates(a_scheme({"validity/issued/use_by/value": use_by}), issued=ISSUED, backfilled=False)
    assert (dates.use_by.isoformat(), dates.ends_by) == (last_day, ends_by)


def test_results_are_due_two_working_days_after_the_window() -> None:
    assert windows(a_scheme(), DAYS).results_by == date(2020, 9, 17)


def test_without_its_calendar_a_round_has_no_dates() -> None:
    with pytest.raises(CalendarNotLoaded):
        windows(a_scheme(), NOTHING_LOADED)


def test_every_deadline_of_a_year_not_loaded_is_named() -> None:
    found = calendar_faults(a_scheme(), NOTHING_LOADED)
    assert len(found) == 8
    assert {(fault.code, fault.numbers["year"]) for fault in found} == {("scheme.calendar_not_loaded", 2020)}


def test_a_span_that_runs_into_the_next_year_needs_its_calendar() -> None:
    late = a_scheme({"validity/backfilled/claim_by/value": "2020-12-30"})
    (found,) = calendar_faults(late, DAYS)
    assert (found.pointer, found.numbers["year"]) == ("/validity/backfilled/claim_by/value", 2021)


def test_the_published_scheme_needs_only_2020() -> None:
    assert calendar_faults(a_scheme(), DAYS) == []
