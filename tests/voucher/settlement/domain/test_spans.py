"""What lasts lasts so many working or calendar days; what is paid by periods counts from the end of its period."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.standards.calendar import WorkingDays
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.settlement import Span
from services.voucher.settlement.domain.spans import after, payment_expected
from tests.voucher.redemption.samples import jiangmen

CALENDAR = WorkingDays(frozenset({date(2020, 10, 1), date(2020, 10, 2)}), frozenset(), frozenset({2020}))
WEDNESDAY = datetime(2020, 9, 30, 2, 0, tzinfo=UTC)


def paying(cadence: str) -> Scheme:
    scheme = jiangmen()
    return replace(scheme, settlement=replace(scheme.settlement, cadence=Rule(cadence, "row 3")))


@pytest.mark.parametrize(
    ("span", "until"),
    [
        (Span(3), date(2020, 10, 7)),
        (Span(3, working=False), date(2020, 10, 3)),
        (Span(0, working=False), date(2020, 9, 30)),
    ],
)
def test_calendar_days_leave_nothing_out(span: Span, until: date) -> None:
    due = after(span, scheme=jiangmen(), at=WEDNESDAY, calendar=CALENDAR)
    assert due.due_on == until
    assert due.due_at == datetime(until.year, until.month, until.day, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "released", "by"),
    [
        ("on_claim", datetime(2020, 8, 4, tzinfo=UTC), date(2020, 8, 25)),
        ("monthly", datetime(2020, 8, 4, tzinfo=UTC), date(2020, 9, 21)),
        ("quarterly", datetime(2020, 8, 4, tzinfo=UTC), date(2020, 10, 23)),
        ("half_yearly", datetime(2020, 5, 4, tzinfo=UTC), date(2020, 7, 21)),
        ("monthly", datetime(2020, 8, 31, 15, 59, tzinfo=UTC), date(2020, 9, 21)),
        ("monthly", datetime(2020, 8, 31, 16, 0, tzinfo=UTC), date(2020, 10, 23)),
    ],
)
def test_a_payment_is_expected_so_long_after_the_end_of_its_period(cadence: str, released: datetime, by: date) -> None:
    due = payment_expected(scheme=paying(cadence), released_at=released, calendar=CALENDAR)
    assert due is not None
    assert due.due_on == by


def test_what_is_paid_in_a_year_whose_calendar_is_unknown_is_expected_on_no_day() -> None:
    assert payment_expected(scheme=paying("yearly"), released_at=WEDNESDAY, calendar=CALENDAR) is None
