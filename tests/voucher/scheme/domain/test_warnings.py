"""What is to know before a file is published: what it rests on, and what it says that surprises."""

from typing import Any

import pytest

from services.voucher.scheme.domain.warnings import warnings
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import SCHEMES, a_document

OVER = {"factor": "1.5", "prorata_on": "2020-12-15"}


def codes(changes: dict[str, Any]) -> set[str]:
    return {one.code for one in warnings(a_document(changes))} - {"scheme.our_default", "scheme.draft_basis"}


@pytest.mark.parametrize(("base", "warned"), [("contract", {"scheme.rate_of_contract"}), ("actual", set())])
def test_a_rate_of_what_was_agreed_is_told_to_pay_for_what_is_not_delivered(base: str, warned: set[str]) -> None:
    assert codes({"rate/base": base}) == warned


@pytest.mark.parametrize(
    ("backing", "warned"),
    [("full", set()), (OVER, set()), ({**OVER, "prorata_on": "2020-12-14"}, {"scheme.cut_before_claims"})],
)
def test_a_cut_before_the_last_claim_is_told_to_come_behind_it(backing: Any, warned: set[str]) -> None:
    assert codes({"backing/value": backing}) == warned


def test_the_day_on_which_it_is_really_cut_is_named() -> None:
    late = {"months": 3}
    document = a_document({"backing/value": OVER, "validity/backfilled/claim_by/value": late})
    (found,) = [one for one in warnings(document) if one.code == "scheme.cut_before_claims"]
    assert found.numbers == {"prorata_on": "2020-12-15", "from": "2021-01-31"}


@pytest.mark.parametrize(("up_to", "warned"), [(True, {"scheme.longest_ban"}), (False, set())])
def test_a_ban_of_up_to_so_many_years_is_told_to_be_proposed_as_the_most(up_to: bool, warned: set[str]) -> None:
    sanctions = {"value": {"years": 3, "up_to": up_to}, "source": "our default, not in the notice"}
    assert codes({"sanctions": sanctions}) == warned


def test_awards_have_neither() -> None:
    read = reading.read((SCHEMES / "tongzhou-space-award-2018.yaml").read_text(encoding="utf-8"))
    assert {one.code for one in warnings(read.document)} <= {"scheme.our_default", "scheme.house_default"}
