"""What becomes of a voucher's face above the price: it stays, goes back to the pool, or is paid all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.leftover import Outcome, outcome
from services.voucher.scheme.domain.rule import Rule

FEN = some.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("stays", Outcome(800, stays=200)),
        ("reclaimed", Outcome(800, reclaimed=200)),
        ("paid", Outcome(1000, over_price=200)),
    ],
)
def test_the_file_says_what_becomes_of_the_rest(rule: str, found: Outcome) -> None:
    assert outcome(Rule(rule, "clause 1"), 1000, 800) == found


@given(rule=some.sampled_from(["stays", "reclaimed", "paid"]), face=FEN, price=FEN)
def test_the_face_is_accounted_for_and_only_a_paid_one_exceeds_the_price(rule: str, face: int, price: int) -> None:
    found = outcome(Rule(rule, "clause 1"), face, price)
    assert found.pays + found.stays + found.reclaimed == face
    assert found.pays - found.over_price <= price
    assert rule == "paid" or not found.over_price


@pytest.mark.parametrize(("face", "price"), [(-1, 0), (0, -1)])
def test_an_amount_below_zero_is_a_fault_of_ours(face: int, price: int) -> None:
    with pytest.raises(ValueError, match="at least zero"):
        outcome(Rule("stays", "clause 1"), face, price)
