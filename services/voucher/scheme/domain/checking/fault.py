"""What a fault of a scheme file is, and the faults that every section may have."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from services.standards.money import AmountFault, parse_amount

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (JSON pointer, RFC 6901), its stable code, and what the message needs."""

    pointer: str
    code: str
    numbers: Mapping[str, str | int] = field(default_factory=dict)


def order(pointer: str, *, later: str, earlier: str) -> Fault:
    """The later of two dates comes before the earlier one."""
    return Fault(pointer, "scheme.dates_out_of_order", {"later": later, "earlier": earlier})


def amount(pointer: str, text: str, currency: str, *, least: int = 1) -> Iterator[Fault]:
    """An amount that the currency cannot express, or below `least` fen."""
    try:
        fen = parse_amount(text, currency)
    except AmountFault as fault:
        yield Fault(pointer, fault.code)
    else:
        if fen < least:
            yield Fault(pointer, "amount.not_positive")


def nothing(pointer: str, said: Document, key: str = "share") -> Iterator[Fault]:
    """A share of nothing."""
    if key in said and isinstance(said[key], str) and not Fraction(said[key]):
        yield Fault(f"{pointer}/{key}", "scheme.share_zero")


def twice(pointer: str, items: Iterable[Document], key: str, code: str) -> Iterator[Fault]:
    """Everything whose name another one of the list bears before it."""
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item[key] in seen:
            yield Fault(f"{pointer}/{place}/{key}", code, {"name": item[key]})
        seen.add(item[key])
