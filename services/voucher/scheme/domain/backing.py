"""Decides what each gets when more was approved than the budget holds: one factor for all, each floored."""

from collections.abc import Sequence
from fractions import Fraction

from services.standards.split import floor_rate


def prorata(approved: Sequence[int], budget: int) -> tuple[list[int], int]:
    """What is paid of each approved amount, in their order, and what is left of the budget; all in fen.

    The factor is the budget over the sum approved, and never above one; what flooring leaves stays in the line.
    Source: tests/voucher/scheme/vectors.json, `prorata-a`. ValueError for a negative amount.
    """
    if min(budget, *approved, 0) < 0:
        raise ValueError("budget and approved amounts are at least zero")
    total = sum(approved)
    factor = min(Fraction(1), Fraction(budget, total)) if total else Fraction(1)
    paid = [floor_rate(amount, factor) for amount in approved]
    return paid, budget - sum(paid)
