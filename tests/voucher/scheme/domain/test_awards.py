"""What an award pays: a share or so much of each, under its ceiling and its limit, in parts that add up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.awards import Award, AwardCase, Awarded, Ceiling, award_of, base_of
from services.voucher.scheme.domain.rule import Rule, When
from services.voucher.scheme.domain.settlement import Part, Split

TODAY = date(2021, 6, 1)
FEN = some.integers(min_value=0, max_value=10**12)
TOP_UP = Award(
    id="top-up",
    title_zh="补助",
    title_en="Top-up",
    mode=Rule("grant", "clause 1"),
    payee=Rule("holder", "clause 2"),
    base="upper_award",
    source="clause 3",
    as_of="completion",
    share=Fraction(1, 2),
    ceiling=Rule(Ceiling(Fraction(1, 2), "deal", ("upper_award",)), "clause 4"),
    split=Split((Part("city", 3), Part("district", 7)), "clause 5"),
)
RECOGNITION = replace(
    TOP_UP,
    id="recognition",
    base="fixed",
    share=None,
    amount=300_000_00,
    when=When((("level", ("municipal", "national")),)),
    cases=(AwardCase(When((("level", ("national",)),)), "clause 6", amount=500_000_00),),
    ceiling=None,
    split=None,
)


def awarded(award: Award, figures: Mapping[str, int], given: int = 0, **known: str) -> Awarded:
    return award_of(award, {word: frozenset({value}) for word, value in known.items()}, TODAY, figures, given=given)


def refused(award: Award, figures: Mapping[str, int], level: str = "none") -> list[str]:
    with pytest.raises(Refusal) as caught:
        awarded(award, figures, level=level)
    return [one.code for one in caught.value.reasons]


@pytest.mark.parametrize(
    ("deal", "upper", "amount"),
    [(100_000_00, 30_000_00, 15_000_00), (100_000_00, 40_000_00, 10_000_00), (100_000_00, 60_000_00, 0)],
)
def test_a_joint_ceiling_leaves_what_the_upper_payment_did_not_take(deal: int, upper: int, amount: int) -> None:
    found = awarded(TOP_UP, {"deal": deal, "upper_award": upper})
    assert found.amount == amount
    assert [one.rule for one in found.limits] == ["award.ceiling"]


@given(deal=FEN, upper=FEN)
def test_no_top_up_passes_its_ceiling_and_its_parts_add_up(deal: int, upper: int) -> None:
    found = awarded(TOP_UP, {"deal": deal, "upper_award": upper})
    assert found.amount == max(0, min(upper // 2, deal // 2 - upper))
    assert sum(fen for _, fen in found.parts) == found.amount


def test_the_odd_fen_goes_to_the_larger_remainder() -> None:
    found = awarded(TOP_UP, {"deal": 66_666_74, "upper_award": 20_000_02})
    assert found.parts == (("city", 3_000_00), ("district", 7_000_01))


@pytest.mark.parametrize(("level", "amount"), [("municipal", 300_000_00), ("national", 500_000_00)])
def test_a_fixed_award_goes_by_its_case(level: str, amount: int) -> None:
    assert awarded(RECOGNITION, {}, level=level).amount == amount


def test_an_amount_may_be_paid_of_each_unit() -> None:
    found = awarded(replace(RECOGNITION, base="added_area", when=When()), {"added_area": 120})
    assert (found.amount, found.base, found.paid) == (36_000_000_00, 120, 300_000_00)


@given(services=FEN, given_before=FEN)
def test_a_yearly_limit_leaves_what_was_not_given_yet(services: int, given_before: int) -> None:
    reward = replace(TOP_UP, base="services", ceiling=None, split=None, limit=Rule(2_000_000_00, "clause 7"))
    found = awarded(reward, {"services": services}, given_before)
    assert found.amount == max(0, min(services // 2, 2_000_000_00 - given_before))


def test_only_interest_that_was_due_and_repaid_counts() -> None:
    loan = replace(TOP_UP, base="interest_repaid")
    assert base_of(loan, {"interest_repaid": 9_000_00, "interest_due": 12_000_00}) == 9_000_00
    assert base_of(loan, {"interest_repaid": 13_000_00, "interest_due": 12_000_00}) == 12_000_00
    assert base_of(loan, {"interest_repaid": 9_000_00}) == 9_000_00
    assert base_of(loan, {"interest_due": 9_000_00}) is None


def test_whatever_is_in_the_way_is_said_at_once() -> None:
    unknown: dict[str, Any] = {"share": None, "when": When((("grade", ("excellent",)),))}
    assert refused(replace(TOP_UP, **unknown), {}) == [
        "award.not_for_this",
        "award.rate_unknown",
        "award.figure_unknown",
        "award.figure_unknown",
    ]


def test_an_award_for_others_is_not_for_this_case() -> None:
    assert refused(RECOGNITION, {}, level="district") == ["award.not_for_this"]


@given(upper=FEN, more=FEN)
def test_a_larger_base_never_pays_less(upper: int, more: int) -> None:
    match = replace(TOP_UP, ceiling=None)
    smaller, larger = (awarded(match, {"upper_award": one}).amount for one in (upper, upper + more))
    assert smaller <= larger
