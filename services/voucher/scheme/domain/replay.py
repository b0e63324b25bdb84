"""Decides again what was decided, from nothing but the decisions as they were stored: rule, clause and numbers."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from services.standards.money import parse_amount
from services.standards.split import floor_rate
from services.voucher.scheme.domain.pricing import exact_of
from services.voucher.scheme.domain.rate import Band

Decision = Mapping[str, Any]
"""As it is stored and told: ``rule``, ``clause`` and ``numbers``, amounts as decimal text."""


def replay(decisions: Sequence[Decision], currency: str) -> int:
    """What the decisions on one payment came to, in fen, in their order.

    A rate gives what its lines and bands give, each line floored or their sum; an award so much of each unit, or a
    share of its base; a face gives itself; whatever names what it leaves lets no more than that through.
    """
    amount = 0
    for decision in decisions:
        numbers = decision["numbers"]
        if "lines" in numbers:
            amount += _of_rate(numbers, currency)
        elif "face" in numbers:
            amount = max(amount, parse_amount(numbers["face"], currency))
        elif "each" in numbers:
            amount += int(numbers["units"]) * parse_amount(numbers["each"], currency)
        elif "share" in numbers and "base" in numbers:
            amount += floor_rate(parse_amount(numbers["base"], currency), Fraction(numbers["share"]))
        elif "leaves" in numbers:
            amount = min(amount, parse_amount(numbers["leaves"], currency))
    return amount


def _of_rate(numbers: Mapping[str, Any], currency: str) -> int:
    exact = [
        exact_of(_bands(line["bands"], currency), parse_amount(line["base"], currency)) for line in numbers["lines"]
    ]
    if numbers["floored"] == "line":
        return sum(floor_rate(1, one) for one in exact)
    return floor_rate(1, sum(exact, Fraction(0)))


def _bands(said: Sequence[Mapping[str, str]], currency: str) -> tuple[Band, ...]:
    return tuple(
        Band(Fraction(one["share"]), parse_amount(one["up_to"], currency) if "up_to" in one else None) for one in said
    )
