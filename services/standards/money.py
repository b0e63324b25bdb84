"""Decides what text is an amount of money, and how an amount is written.

Inside the product an amount is an integer of minor units (fen, cent); text exists at the edges only.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

Fen = int
"""Minor units of a currency: 1 yuan = 100 fen."""

MINOR_UNITS: Mapping[str, int] = MappingProxyType({"CNY": 2, "EUR": 2, "GBP": 2, "SGD": 2})
"""Decimals of each currency we know (ISO 4217)."""

LARGEST: Fen = 2**62 - 1
"""The largest amount: half of PostgreSQL's bigint, so that the sum of any two still fits."""

_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?")
_LONGEST = 64


class AmountFault(ValueError):
    """Text that is no amount. `code` is stable: amount.malformed, .too_precise, .too_large or currency.unknown."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def decimals(currency: str) -> int:
    """Give the number of decimals of a currency (ISO 4217). Raises AmountFault for one we do not know."""
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise AmountFault("currency.unknown", f"unknown currency; known are {', '.join(MINOR_UNITS)}") from None


def parse_amount(text: str, currency: str = "CNY") -> Fen:
    """Read "1234.50" as 123450 minor units.

    Only plain ASCII digits with at most the currency's decimals are read. A sign, an exponent, a thousands separator, a
    full-width digit or a blank is refused and never guessed: "1,00" is one to some and a hundred to others.
    Raises AmountFault.
    """
    places = decimals(currency)
    match = _PLAIN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise AmountFault("amount.malformed", 'an amount is plain digits with an optional dot, such as "1234.50"')
    part = match["part"] or ""
    if len(part) > places:
        raise AmountFault("amount.too_precise", f"{currency} has {places} decimals")
    amount = int(match["whole"] + part.ljust(places, "0"))
    if amount > LARGEST:
        raise AmountFault("amount.too_large", f"the largest amount is {format_amount(LARGEST, currency)}")
    return amount


def format_amount(amount: Fen, currency: str = "CNY") -> str:
    """Write 123450 minor units as "1234.50", always with all decimals; a negative amount has a leading minus."""
    places = decimals(currency)
    digits = f"{abs(amount):0{places + 1}}"
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"
