"""What the Jiangmen file says, value by value as published."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from services.voucher.scheme.domain.allocation import PriorityList
from services.voucher.scheme.domain.eligibility import Ceilings
from services.voucher.scheme.domain.words import local_minute, source_of
from tests.voucher.scheme.samples import a_scheme

SCHEME = a_scheme()


def test_the_window_is_six_local_hours() -> None:
    assert SCHEME.allocation.opens.value == datetime(2020, 9, 15, 2, 0, tzinfo=UTC)
    assert SCHEME.allocation.closes.value == datetime(2020, 9, 15, 8, 0, tzinfo=UTC)


def test_the_year_cap_is_20000_and_named_by_the_year_of_issue() -> None:
    (cap,) = SCHEME.caps_on("issued")
    assert (cap.limit, cap.year_of, cap.subject) == (2_000_000, "issue", "holder")


def test_the_rate_is_half_of_the_invoice() -> None:
    assert (SCHEME.rate.share, SCHEME.rate.base) == (Fraction(1, 2), "invoice")


def test_back_filled_vouchers_have_dates_of_their_own() -> None:
    assert SCHEME.terms(backfilled=False).use_by.value == date(2020, 10, 15)
    assert SCHEME.terms(backfilled=True).use_by.value == date(2020, 11, 30)


def test_a_claim_is_read_by_the_district_and_then_by_the_city() -> None:
    assert SCHEME.settlement.review.value == ("district", "city")


def test_each_step_from_claim_to_payment_has_its_working_days() -> None:
    told = SCHEME.settlement
    assert [rule.value for rule in (told.review_within, told.correction_within, told.pay_within)] == [10, 10, 15]


def test_whoever_is_on_no_list_comes_after_every_class() -> None:
    listed = PriorityList("list", ("first", "second"))
    assert [listed.order(one) for one in ("first", "second", None)] == [0, 1, 2]


def test_a_ceiling_of_money_is_read_in_fen_and_one_left_out_bounds_nothing() -> None:
    said = {"value": {"years": 2, "staff": 300, "sales": "2000000.00"}, "source": "x"}
    ceilings = a_scheme({"who/ceilings": said}).who.ceilings
    assert ceilings is not None
    assert ceilings.value == Ceilings(2, staff=300, sales=200_000_000, assets=None)


def test_a_basis_is_named_as_rules_name_their_source() -> None:
    assert source_of({"row": "x-2020"}) == "row x-2020"
    assert source_of({"policy": "p", "clause": "（七）"}) == "policy p（七）"


def test_a_minute_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="time data"):
        local_minute("2020-09-15 25:00", "Asia/Shanghai")
