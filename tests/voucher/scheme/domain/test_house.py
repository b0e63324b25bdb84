"""What a file leaves out is the house's: written down before it is kept, and marked as nobody's but ours."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from services.voucher.scheme import data
from services.voucher.scheme.domain import checks, document
from services.voucher.scheme.domain.checking.sources import HOUSE
from services.voucher.scheme.domain.deadlines import voucher_dates
from services.voucher.scheme.domain.house import filled
from services.voucher.scheme.domain.warnings import warnings
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import a_document

NEEDED = {
    "": ("scheme", "title", "family", "bureau", "zone", "currency", "basis", "effective", "caps", "rate"),
    "who": ("holders",),
    "allocation": ("method", "opens", "closes"),
    "settlement": ("model",),
}


def bare() -> dict[str, Any]:
    """No more of a file than has to stand in it."""
    whole = a_document()
    said = {key: whole[key] for key in NEEDED[""]}
    said |= {section: {key: whole[section][key] for key in keys} for section, keys in NEEDED.items() if section}
    return said | {"validity": {"issued": {"use_by": {"value": {"months": 6}, "source": HOUSE}}}}


def test_a_file_of_what_is_obligatory_is_a_whole_scheme() -> None:
    assert not list(reading.SCHEMA.iter_errors(bare()))
    said = filled(bare())
    assert not list(reading.SCHEMA.iter_errors(said))
    assert not checks.faults(said)
    assert document.read(said).exclusions.pays_for({"whatever-there-is"})


@pytest.mark.parametrize(("section", "key"), [(one, key) for one, keys in NEEDED.items() for key in keys])
def test_nothing_less_will_do(section: str, key: str) -> None:
    said = deepcopy(bare())
    del (said[section] if section else said)[key]
    assert list(reading.SCHEMA.iter_errors(said))


def test_whatever_is_filled_in_is_told_with_its_value() -> None:
    told = {
        one.numbers["rule"]: one.numbers["value"]
        for one in warnings(filled(bare()))
        if one.code.endswith("house_default")
    }
    assert told["validity.reminders"] == "[30, 7, 1]"
    assert told["evidence.silence_accepts"] == "{working_days: 5}"
    assert told["exclusions.categories"] == "all"


def test_a_span_that_nobody_published_is_the_houses_and_keeps_its_source() -> None:
    rule = {"value": None, "as_of": "release", "source": "our default, not in the notice"}
    found = filled(a_document({"settlement/pay_within": rule}))["settlement"]["pay_within"]
    assert found == {**rule, "value": data.defaults()["settlement"]["pay_within"]["value"]}


def test_what_a_file_says_is_left_as_it_is() -> None:
    assert filled(a_document()) == a_document()


@pytest.mark.parametrize(
    ("model", "payee", "slip"),
    [
        ("provider_paid", "provider", "self_paid_part"),
        ("holder_reimbursed", "holder", "full"),
        ("escrow", "provider", "none"),
    ],
)
def test_payee_and_slip_follow_from_how_it_is_paid(model: str, payee: str, slip: str) -> None:
    said = bare()
    said["settlement"]["model"]["value"] = model
    found = filled(said)
    assert (found["settlement"]["payee"]["value"], found["evidence"]["bank_slip"]["value"]) == (payee, slip)


def test_a_scheme_of_awards_gets_no_section_of_vouchers() -> None:
    said = {**bare(), "family": "award"}
    for section in ("allocation", "caps", "rate", "validity"):
        del said[section]
    assert set(filled(said | AWARDED)) - set(said | AWARDED) == {"disclosure"}


AWARDED = {"awards": [{"payee": {"value": "space", "source": HOUSE}}]}


def test_a_scheme_of_awards_is_reviewed_once_and_pays_whom_its_awards_pay() -> None:
    span = {"value": {"working_days": 3}, "source": HOUSE}
    said = {**bare(), "family": "award", **AWARDED, "applications": {"review": {"value": ["city"], "source": HOUSE}}}
    said["settlement"]["review_within"] = span
    found = filled(said)
    assert (found["applications"]["review_within"], found["settlement"]["payee"]["value"]) == (span, "space")


def test_a_date_may_count_from_the_end_of_another() -> None:
    """A voucher of 31 August is used for six months, to the end of February, and delivered a month after that day."""
    scheme = document.read(filled(bare() | {"validity": CHAINED}))
    dates = voucher_dates(scheme, issued=date(2026, 8, 31), backfilled=False)
    assert (dates.use_by, dates.deliver_by, dates.claim_by) == (date(2027, 2, 28), date(2027, 3, 28), date(2027, 5, 28))


CHAINED = {
    "issued": {
        "use_by": {"value": {"months": 6}, "source": HOUSE},
        "deliver_by": {"value": {"months": 1, "after": "use_by"}, "source": HOUSE},
        "claim_by": {"value": {"months": 2, "after": "deliver_by"}, "source": HOUSE},
    }
}


def test_a_date_counts_from_none_that_comes_later() -> None:
    said = filled(bare() | {"validity": deepcopy(CHAINED)})
    said["validity"]["issued"]["use_by"]["value"]["after"] = "deliver_by"
    assert [one.code for one in checks.faults(said)] == ["scheme.dates_after_later"]


def test_of_face_values_the_last_gets_the_whole_or_nothing() -> None:
    said = bare()
    said["caps"] = [{**said["caps"][0], "fixed": True}]
    assert filled(said)["allocation"]["last_place"]["value"] == "whole"
    assert filled(bare())["allocation"]["last_place"]["value"] == "partial"
