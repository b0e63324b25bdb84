"""Tells what was decided on a case in the words of an answer: amounts as text, decisions with rule, clause, numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.scheme.domain.rate import Band


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: the rule that spoke, where it is written, and all numbers that it takes to decide so again."""

    rule: str
    clause: str | None
    numbers: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """As it is printed and stored."""
        return {"rule": self.rule, "clause": self.clause, "numbers": dict(self.numbers)}


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes amounts of a currency."""

    currency: str

    def amount(self, fen: int) -> str:
        """An amount as decimal text."""
        return format_amount(fen, self.currency)

    def bands(self, bands: Sequence[Band]) -> list[dict[str, str]]:
        """Bands as a scheme file writes them."""
        return [
            {"share": share(band.share)} | ({} if band.up_to is None else {"up_to": self.amount(band.up_to)})
            for band in bands
        ]


def share(value: Fraction) -> str:
    """A share as a scheme file writes it: a decimal number of at most six places."""
    return format((Decimal(value.numerator) / value.denominator).normalize(), "f")


def refused(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as an answer lists them."""
    return [{"code": one.code, "rule": one.rule, "clause": one.clause, "numbers": dict(one.numbers)} for one in reasons]
