"""Cuts never leave more than the budget, bear on legs to the fen, and come out of what was over-issued first."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState, LineState
from services.voucher.settlement.domain.legs import Share, paid_in, split
from services.voucher.settlement.domain.prorata import Cut, cuts
from tests.voucher.settlement.lines import BUDGET_LINE, a_line

SHARE = Share(leg_id=new_id(), part="1", budget_line_id=BUDGET_LINE, treasury="city", funding_source="x", weight=1)
AMOUNTS = some.lists(some.integers(min_value=1, max_value=10_000), min_size=1, max_size=12)


def approved(amounts: list[int]) -> tuple[list[ClaimLine], dict[UUID, tuple[Leg, ...]]]:
    """Approved lines, a city's leg of three tenths on each, as far as there is a fen for it."""
    lines = [a_line(id=new_id(), state=LineState.APPROVED, approved=amount) for amount in amounts]
    shares = [
        Share(leg_id=new_id(), part=part, budget_line_id=BUDGET_LINE, treasury=part, funding_source=part, weight=weight)
        for part, weight in (("city", 3), ("district", 7))
    ]
    return lines, {line.id: split(line, line.approved or 0, shares) for line in lines}


def cut(one: Cut) -> int:
    return (one.line.approved or 0) - one.paid


@given(AMOUNTS, some.integers(min_value=0, max_value=100_000))
def test_what_stays_is_within_the_budget_and_legs_add_up(amounts: list[int], budget: int) -> None:
    lines, legs = approved(amounts)
    beyond = max(0, sum(amounts) - budget)
    made = cuts(lines, legs, budget=budget, over_issued=beyond)
    gone = sum(cut(one) for one in made)
    assert sum(amounts) - gone <= max(budget, 0)
    assert sum(one.to_pool for one in made) == gone - min(gone, beyond)
    for one in made:
        kept = {leg.part: 0 if leg.state is LegState.DROPPED else leg.amount for leg in one.legs}
        before = {leg.part: leg.amount for leg in legs[one.line.id]}
        assert sum({**before, **kept}.values()) == one.paid
        assert sum(leg.amount for leg in one.owed_no_more) == cut(one)


def test_where_the_budget_suffices_nothing_is_cut() -> None:
    lines, legs = approved([500, 300])
    assert cuts(lines, legs, budget=800, over_issued=100) == []


def test_what_the_holder_paid_in_is_not_cut_but_is_his_again_once_nothing_is_left() -> None:
    lines, legs = approved([500, 1])
    owed = {line.id: (*legs[line.id], paid_in(line, SHARE, leg_id=new_id())) for line in lines}
    less, gone = cuts(lines, owed, budget=250, over_issued=251)
    assert (less.paid, [one.deposit_of for one in less.owed_no_more]) == (249, [None, None])
    assert (gone.paid, gone.owed_no_more[-1].deposit_of, gone.legs[-1].state) == (
        0,
        gone.line.redemption_id,
        LegState.DROPPED,
    )
