"""In which period a cap counts, and under which name."""

from dataclasses import replace
from datetime import date

from services.voucher.scheme.domain.caps import period_on, window_on
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
