"""An approved line is owed by one budget line or several, and their legs add up to the fen."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.domain.legs import Share, booked, split, whole
from tests.voucher.settlement.lines import BUDGET_LINE, a_line


def a_share(part: str, weight: int) -> Share:
    return Share(
        leg_id=new_id(), part=part, budget_line_id=new_id(), treasury="t", funding_source="财政局", weight=weight
    )


def test_a_round_with_one_budget_line_makes_one_leg_of_all() -> None:
    line = a_line()
    (leg,) = split(line, 100, whole(line, leg_id=UUID(int=9), funding_source="市财政局"))
    assert (leg.id, leg.part, leg.amount, leg.state) == (UUID(int=9), "1", 100, LegState.PAYABLE)
    assert (leg.budget_line_id, leg.treasury, leg.payee_id) == (BUDGET_LINE, line.treasury, line.payee_id)


def test_three_to_seven_gives_the_odd_fen_to_the_larger_remainder() -> None:
    city, region = split(a_line(), 101, [a_share("city", 3), a_share("district", 7)])
    assert (city.amount, region.amount) == (30, 71)


def test_a_share_of_nothing_makes_no_leg() -> None:
    (leg,) = split(a_line(), 1, [a_share("city", 1), a_share("district", 1)])
    assert (leg.part, leg.amount) == ("city", 1)


def test_shares_without_weight_are_our_own_fault() -> None:
    with pytest.raises(ValueError, match="not all of them zero"):
        split(a_line(), 1, [a_share("city", 0)])


def test_the_ledger_posts_each_leg_on_its_budget_line() -> None:
    line = a_line()
    (leg,) = booked(split(line, 100, whole(line, leg_id=new_id(), funding_source="市财政局")))
    assert (leg.part, leg.amount, leg.funding.line, leg.funding.source) == ("1", 100, BUDGET_LINE, "市财政局")


@given(st.integers(1, 10**9), st.lists(st.integers(0, 100), min_size=1, max_size=5).filter(any))
def test_legs_always_add_up(approved: int, weights: list[int]) -> None:
    made = split(a_line(), approved, [a_share(str(place), weight) for place, weight in enumerate(weights)])
    assert sum(leg.amount for leg in made) == approved
