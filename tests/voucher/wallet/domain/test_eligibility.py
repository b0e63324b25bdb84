"""Everything that speaks against a party is said at once, with rule and source."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.voucher.wallet.domain.eligibility import Days, amount_reasons, reasons
from services.voucher.wallet.domain.facts import facts_of
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.samples import SCHEME, a_party, banned

TODAY = date(2020, 9, 15)
DAYS = Days(submission=TODAY, issue=TODAY)
FACTS = facts_of(a_party(), TODAY)


def codes(**changes: Any) -> list[str]:
    return [reason.code for reason in reasons(SCHEME, a_party(**changes), DAYS)]


def test_a_small_local_firm_in_good_standing_may_hold_a_voucher() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"region": "440600"}, "application.not_local"),
        ({"size_class": "large"}, "application.size_class"),
        ({"size_class": None}, "application.size_class_unknown"),
        ({"status": "deregistered"}, "application.not_active"),
        ({"sanctions": banned(TODAY)}, "application.sanctioned"),
    ],
)
def test_one_thing_wrong_is_one_reason(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == [code]


def test_all_reasons_come_at_once_each_with_its_source() -> None:
    found = reasons(SCHEME, a_party(region="110105", size_class="large", sanctions=banned(TODAY)), DAYS)
    assert len(found) == 3
    assert all(reason.clause and reason.rule for reason in found)


@pytest.mark.parametrize("day", [date(2020, 9, 14), date(2020, 9, 16)])
def test_a_sanction_counts_only_on_its_days(day: date) -> None:
    assert reasons(SCHEME, a_party(sanctions=banned(TODAY, TODAY)), replace(DAYS, issue=day)) == []


def test_a_scheme_may_look_at_the_day_of_submission_instead() -> None:
    scheme = a_scheme({"who/good_standing/as_of": "submission"})
    days = Days(submission=date(2020, 9, 14), issue=TODAY)
    assert reasons(scheme, a_party(sanctions=banned(TODAY)), days) == []


def test_a_scheme_may_ask_for_no_good_standing() -> None:
    scheme = a_scheme({"who/good_standing/value": False})
    assert reasons(scheme, a_party(sanctions=banned(TODAY)), DAYS) == []


def test_an_amount_above_the_cap_of_one_application_is_refused_with_both_figures() -> None:
    (reason,) = amount_reasons(SCHEME, 2_000_001, FACTS)
    assert reason.numbers == {"limit": "20000.00", "asked": "20000.01"}
    assert amount_reasons(SCHEME, 2_000_000, FACTS) == []


def test_the_cap_of_one_application_may_be_another_for_some() -> None:
    case = {"when": {"size_class": ["micro"]}, "limit": "30000.00", "source": "row jiangmen-service-2020"}
    scheme = a_scheme({"caps/0/cases": [case]})
    assert len(amount_reasons(scheme, 3_000_000, FACTS)) == 1
    assert amount_reasons(scheme, 3_000_000, replace(FACTS, size_class="micro")) == []


def test_a_face_value_is_asked_for_whole() -> None:
    scheme = a_scheme({"caps/0/fixed": True})
    (reason,) = amount_reasons(scheme, 1_999_999, FACTS)
    assert (reason.code, reason.numbers["face"]) == ("application.not_the_face", "20000.00")
    assert amount_reasons(scheme, 2_000_000, FACTS) == []


def test_a_legal_form_is_asked_by_its_word_whatever_the_registry_wrote() -> None:
    scheme = a_scheme({"who/legal_form": {"value": ["company"], "source": "row jiangmen-service-2020"}})
    assert reasons(scheme, a_party(legal_form="有限责任公司（自然人独资）"), DAYS) == []
    (reason,) = reasons(scheme, a_party(legal_form="个体工商户"), DAYS)
    assert (reason.code, reason.numbers["legal_form"]) == ("application.legal_form", "individual_business")
