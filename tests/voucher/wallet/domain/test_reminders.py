"""A voucher's holder is told so many whole local days before its end, the last of them while it may still be used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.reminders import days_left, last_day, next_reminder, would_lose
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import BEFORE, USE_BY_ENDS, a_voucher

DAY = timedelta(days=1)


def reminding(*days: int) -> Scheme:
    scheme = a_scheme()
    return replace(scheme, validity=replace(scheme.validity, reminders=Rule(days, "§ 7")))


def test_the_next_one_is_the_first_that_lies_ahead() -> None:
    scheme = reminding(30, 7)
    assert next_reminder(scheme, ends_at=USE_BY_ENDS, after=BEFORE) == USE_BY_ENDS - 30 * DAY
    assert next_reminder(scheme, ends_at=USE_BY_ENDS, after=USE_BY_ENDS - 30 * DAY) == USE_BY_ENDS - 7 * DAY
    assert next_reminder(scheme, ends_at=USE_BY_ENDS, after=USE_BY_ENDS - 7 * DAY) is None


def test_a_scheme_may_remind_nobody() -> None:
    assert next_reminder(reminding(), ends_at=USE_BY_ENDS, after=BEFORE) is None


def test_days_are_local_ones_also_where_the_clock_is_put_forward() -> None:
    scheme = replace(reminding(7), zone="Europe/Paris")
    ends = datetime(2020, 3, 31, 22, 0, tzinfo=UTC)
    at = next_reminder(scheme, ends_at=ends, after=BEFORE - 300 * DAY)
    assert at == datetime(2020, 3, 24, 23, 0, tzinfo=UTC)
    assert (days_left(scheme, ends_at=ends, at=at), last_day(scheme, ends).isoformat()) == (7, "2020-03-31")


def test_what_is_held_is_lost_only_at_the_end_of_the_year() -> None:
    at, voucher = USE_BY_ENDS - DAY, a_voucher(available=300, held=200, face=500)
    assert would_lose(voucher, at=at) == 300
    assert would_lose(replace(voucher, ends_by="year_end"), at=at) == 500
    for passed in (
        replace(voucher, suspended_at=BEFORE),
        replace(voucher, activated_at=None),
        replace(voucher, ends_at=at, ends_by="cancelled"),
    ):
        assert would_lose(passed, at=at) == 0


@given(days=st.sets(st.integers(1, 400), max_size=5), hours=st.integers(0, 20_000))
def test_one_after_the_other_each_is_told_once_and_before_the_end(days: set[int], hours: int) -> None:
    scheme, start, told = reminding(*days), USE_BY_ENDS - timedelta(hours=hours), []
    at: datetime | None = start
    while at is not None and (at := next_reminder(scheme, ends_at=USE_BY_ENDS, after=at)) is not None:
        told.append(days_left(scheme, ends_at=USE_BY_ENDS, at=at))
    assert told == sorted((one for one in days if USE_BY_ENDS - one * DAY > start), reverse=True)
