"""A voucher's holder is told so many whole local days before its end, the last of them while it may still be used."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.scheme.domain.scheme import Rule, Scheme
from services.voucher.wallet.domain.reminders import next_reminder, reminders
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import BEFORE, USE_BY_ENDS

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
    assert reminders(scheme, ends_at=ends) == {datetime(2020, 3, 24, 23, 0, tzinfo=UTC): 7}


@given(days=st.sets(st.integers(1, 400), max_size=5), hours=st.integers(0, 20_000))
def test_one_after_the_other_each_is_told_once_and_before_the_end(days: set[int], hours: int) -> None:
    scheme, at, told = reminding(*days), USE_BY_ENDS - timedelta(hours=hours), []
    while (ahead := next_reminder(scheme, ends_at=USE_BY_ENDS, after=at)) is not None:
        told.append(ahead)
        at = ahead
    assert all(one < USE_BY_ENDS for one in told)
    assert told == sorted(one for one in reminders(scheme, ends_at=USE_BY_ENDS) if one > USE_BY_ENDS - hours * DAY / 24)
