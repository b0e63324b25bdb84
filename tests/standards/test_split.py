"""Holds that parts add up and that a rate rounds down, on published schemes' arithmetic and on any other."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.money import LARGEST, format_amount, parse_amount
from services.standards.split import floor_rate, largest_remainder

amounts = st.integers(min_value=0, max_value=LARGEST)
weightings = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("subsidy", "weights", "parts"),
    [
        ("15000.00", [3, 7], ["4500.00", "10500.00"]),
        ("15000.00", [1, 1], ["7500.00", "7500.00"]),
        ("10000.00", [3, 7], ["3000.00", "7000.00"]),
        ("10000.01", [3, 7], ["3000.00", "7000.01"]),
        ("10000.01", [1, 1], ["5000.01", "5000.00"]),
    ],
    ids=["jm-topup-a", "jm-topup-b", "jm-topup-c", "jm-topup-d", "jm-topup-e"],
)
def test_city_and_district_parts_add_up(subsidy: str, weights: list[int], parts: list[str]) -> None:
    assert [format_amount(part) for part in largest_remainder(parse_amount(subsidy), weights)] == parts


@pytest.mark.parametrize(
    ("base", "rate", "share"),
    [
        ("12345.67", Decimal("0.5"), "6172.83"),
        ("100000.00", Decimal("0.30"), "30000.00"),
        ("1600000.00", Decimal("0.25"), "400000.00"),
        ("60000.00", Fraction(10_000_000, 15_000_001), "39999.99"),
        ("50000.00", Fraction(10_000_000, 15_000_001), "33333.33"),
        ("40000.01", Fraction(10_000_000, 15_000_001), "26666.67"),
    ],
    ids=["jm-service-a", "gd-uplift-a", "bj-residency-a", "prorata-a1", "prorata-a2", "prorata-a3"],
)
def test_a_rate_drops_what_is_less_than_a_fen(base: str, rate: Decimal | Fraction, share: str) -> None:
    assert format_amount(floor_rate(parse_amount(base), rate)) == share


def test_the_odd_fen_goes_to_the_largest_remainder_and_not_to_the_largest_part() -> None:
    assert largest_remainder(10, [7, 5, 4]) == [4, 3, 3]


def test_a_tie_goes_to_the_part_listed_first() -> None:
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]


@given(amounts, weightings)
def test_parts_add_up_and_are_within_a_fen_of_their_share(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(total * weight, sum(weights))) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@given(amounts, st.fractions(min_value=0, max_value=1))
def test_a_share_and_its_rest_never_exceed_the_whole(amount: int, rate: Fraction) -> None:
    share = floor_rate(amount, rate)
    assert 0 <= share <= amount
    assert 0 <= amount * rate - share < 1


@pytest.mark.parametrize(
    ("total", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])], ids=["negative", "none", "zero", "owed"]
)
def test_a_split_without_meaning_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="a split needs"):
        largest_remainder(total, weights)


@pytest.mark.parametrize(
    ("amount", "rate"), [(-1, Decimal(1)), (1, Decimal("-0.1")), (1, Decimal("NaN")), (1, Decimal("Infinity"))]
)
def test_a_rate_without_meaning_is_refused(amount: int, rate: Decimal) -> None:
    with pytest.raises(ValueError, match=r"rate|NaN"):
        floor_rate(amount, rate)
