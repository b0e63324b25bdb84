"""Pro rata: one factor for all, each floored, never above the budget, and what is left stays in the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.backing import prorata

FEN = some.integers(min_value=0, max_value=10**12)


def test_the_worked_case_comes_out() -> None:
    assert prorata([60000_00, 50000_00, 40000_01], 100000_00) == ([39999_99, 33333_33, 26666_67], 1)


def test_what_the_budget_holds_is_paid_whole() -> None:
    assert prorata([3, 4], 10) == ([3, 4], 3)
    assert prorata([], 10) == ([], 10)
    assert prorata([0], 10) == ([0], 10)


@given(approved=some.lists(FEN, min_size=1, max_size=30), budget=FEN)
def test_never_above_the_budget_and_less_than_a_fen_each_is_left(approved: list[int], budget: int) -> None:
    paid, left = prorata(approved, budget)
    assert sum(paid) + left == budget
    assert left >= 0
    assert all(0 <= one <= asked for one, asked in zip(paid, approved, strict=True))
    if sum(approved) > budget:
        assert left < len(approved)


@pytest.mark.parametrize(("approved", "budget"), [([-1], 1), ([1], -1)])
def test_an_amount_below_zero_is_a_fault_of_ours(approved: list[int], budget: int) -> None:
    with pytest.raises(ValueError, match="at least zero"):
        prorata(approved, budget)
