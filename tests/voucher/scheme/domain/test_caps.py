"""In which period a cap counts, and under which name."""

from dataclasses import replace
from datetime import date

import pytest

from services.voucher.scheme.domain.caps import CapCase, headroom, period_on, window_on
from services.voucher.scheme.domain.rule import When
from tests.voucher.scheme.samples import a_scheme

SCHEME = a_scheme()


def test_a_yearly_cap_counts_in_the_year_of_the_date_it_names() -> None:
    (cap,) = SCHEME.caps_on("issued")
    assert period_on(cap, {"issue": date(2020, 12, 31)}) == "2020"


def test_a_cap_without_a_year_counts_once() -> None:
    (cap,) = SCHEME.caps_on("application_amount")
    assert period_on(cap, {}) == "once"


def test_a_rolling_cap_sums_its_months_over_the_turn_of_the_year() -> None:
    (cap,) = SCHEME.caps_on("authorised")
    rolling = replace(cap, period="rolling", year_of=None, months=3)
    assert window_on(rolling, {"authorise": date(2021, 1, 31)}) == ("2020-11", "2020-12", "2021-01")
    assert period_on(rolling, {"authorise": date(2021, 1, 31)}) == "2021-01"


def test_versions_of_a_scheme_share_the_name_of_a_cap() -> None:
    (cap,) = SCHEME.caps_on("issued")
    assert SCHEME.counter_of(cap) == "jiangmen-service-2020/issued-per-year"


RESIDENT = {"residency": frozenset({"provincial-incubator"})}


def test_a_cap_leaves_what_was_not_counted_under_it() -> None:
    (cap,) = SCHEME.caps_on("authorised")
    room = headroom(cap, 500_00, known={}, day=date(2020, 9, 15))
    assert (room.left, room.allows) == (19_500_00, 19_500_00)


def test_a_cap_that_was_lowered_below_what_was_used_leaves_nothing() -> None:
    (cap,) = SCHEME.caps_on("issued")
    room = headroom(cap, 10**9, known={}, day=date(2020, 9, 15))
    assert room.left == 0


def test_the_limit_of_the_first_case_that_holds_counts() -> None:
    (cap,) = SCHEME.caps_on("issued")
    case = CapCase(When((("residency", ("provincial-incubator",)),)), 50_000_00, "clause 2")
    room = headroom(replace(cap, cases=(case,)), 0, known=RESIDENT, day=date(2020, 9, 15))
    assert (room.left, room.cap.source) == (50_000_00, "clause 2")


@pytest.mark.parametrize(("counted", "allows"), [(2, None), (3, 0)])
def test_a_cap_on_times_lets_any_amount_through_until_they_are_used_up(counted: int, allows: int | None) -> None:
    (cap,) = SCHEME.caps_on("authorised")
    times = replace(cap, counts="authorised_times", limit=3)
    room = headroom(times, counted, known={}, day=date(2020, 9, 15))
    assert room.allows == allows
