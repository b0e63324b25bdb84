"""Decides again what was decided, from nothing but the decisions as they were stored: rule, clause and numbers."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from services.standards.money import parse_amount
from services.standards.split import floor_rate
from services.voucher.scheme.domain.pricing import exact_of
from services.voucher.scheme.domain.rate import Band, bands_of, lines_of

Decision = Mapping[str, Any]
"""As it is stored and told: ``rule``, ``clause`` and ``numbers``, amounts as decimal text."""


def replay(decisions: Sequence[Decision], currency: str) -> int:
    """What the decisions on one payment came to, in fen, in their order.

    A rate gives what its lines and bands give, each line floored or their sum; an award so much of each unit, or a
    share of its base; a face gives itself; whatever names what it leaves lets no more than that through. A price that
    was frozen or captured has all its steps in one decision.
    """
    amount = 0
    for decision in decisions:
        numbers = decision["numbers"]
        if "steps" in numbers:
            amount = _of_steps(numbers, currency)
        elif "captured_before" in numbers:
            amount = _of_capture(numbers, currency)
        elif "lines" in numbers:
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
    return _floored(exact, by_line=numbers["floored"] == "line")


def _of_steps(numbers: Mapping[str, Any], currency: str) -> int:
    """The rate on the contract or price, then every limit that bit, or the face that was paid all the same."""
    amount = _of_rates(numbers, "contract" if "contract" in numbers else "price", currency)
    for step in numbers["steps"].split(" > ")[1:]:
        rule, _, said = step.rpartition(" ")
        limit = parse_amount(said, currency)
        amount = max(amount, limit) if rule.startswith("leftover") else min(amount, limit)
    return amount


def _of_capture(numbers: Mapping[str, Any], currency: str) -> int:
    """The rate on what counts so far, never above its cost, less what was captured; at most what is held, or asked."""
    settled, before, held = (
        parse_amount(numbers[word], currency) for word in ("settled", "captured_before", "held_before")
    )
    whole = min(settled, _of_rates(numbers, "base", currency))
    earned = max(0, min(whole - before, held))
    return earned if numbers["asked"] is None else min(earned, parse_amount(numbers["asked"], currency))


def _of_rates(numbers: Mapping[str, Any], base: str, currency: str) -> int:
    """What the rate gives on the amount of a name, or, where lines are told, on each as they are floored."""
    if "lines" not in numbers:
        return floor_rate(1, exact_of(bands_of(numbers["share"], currency), parse_amount(numbers[base], currency)))
    exact = [exact_of(bands, amount) for bands, amount in lines_of(numbers["lines"], currency)]
    return _floored(exact, by_line=numbers["floored"] == "line")


def _floored(exact: Sequence[Fraction], *, by_line: bool) -> int:
    return sum(floor_rate(1, one) for one in exact) if by_line else floor_rate(1, sum(exact, Fraction(0)))


def _bands(said: Sequence[Mapping[str, str]], currency: str) -> tuple[Band, ...]:
    return tuple(
        Band(Fraction(one["share"]), parse_amount(one["up_to"], currency) if "up_to" in one else None) for one in said
    )
