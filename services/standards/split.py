"""Decides how a sum is cut into parts that add up, and how a rate is rounded: down to the minor unit, always."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from services.standards.money import Fen

Rate = Fraction | Decimal
"""A share such as 0.5; never a float, which cannot hold one tenth."""


def floor_rate(amount: Fen, rate: Rate) -> Fen:
    """Take a rate of an amount and drop what is less than a minor unit: half of 12345.67 is 6172.83.

    Computed exactly. Raises ValueError for a negative amount or rate, and for a rate that is no finite number.
    """
    exact = _finite(rate)
    if amount < 0 or exact < 0:
        raise ValueError("a rate is taken of an amount of at least zero, and is itself at least zero")
    return amount * exact.numerator // exact.denominator


def largest_remainder(total: Fen, weights: Sequence[int]) -> list[Fen]:
    """Cut a total by weights into whole minor units that add up to it (Hamilton's method).

    Each part is floored; the units left over go one by one to the largest remainders, ties to the part listed first.
    Raises ValueError for a negative total or weight, and when all weights are zero.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("a split needs a total of at least zero and weights of at least zero, not all of them zero")
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _finite(rate: Rate) -> Fraction:
    try:
        return rate if isinstance(rate, Fraction) else Fraction(rate)
    except OverflowError:
        raise ValueError("a rate is a finite number") from None
