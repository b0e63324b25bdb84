"""Which rate a scheme gives on which base: bands of a share each, with cases by whom, what, where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.standards.money import format_amount, parse_amount
from services.voucher.scheme.domain.rule import Known, When


@dataclass(frozen=True, slots=True)
class Band:
    """A share of what lies between the band before and `up_to` (fen; None: without end)."""

    share: Fraction
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate that counts for one contract. kind: flat or bands; case: which case of the file it is, from 0.

    base: which amount of the service counts (contract, invoice or actual, the lesser of both); until_invoice: what
    stands in for it; taxed: whether tax belongs to it; line_by_line: whether each line is floored by itself.
    """

    kind: str
    bands: tuple[Band, ...]
    base: str
    until_invoice: str
    source: str
    as_of: str
    taxed: bool = True
    line_by_line: bool = False
    case: int | None = None

    @property
    def share(self) -> Fraction:
        """The share of a flat rate; of one in bands that of its last band."""
        return self.bands[-1].share

    def written(self, currency: str) -> str:
        """All its bands in one line, as decisions keep them: ``1/2``, or ``1 to 10000.00, 1/2``."""
        return ", ".join(
            str(band.share) if band.up_to is None else f"{band.share} to {format_amount(band.up_to, currency)}"
            for band in self.bands
        )


@dataclass(frozen=True, slots=True)
class RateCase:
    """Another rate for some: its bands, whom it is about, and where that is written."""

    when: When
    bands: tuple[Band, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Rates:
    """A scheme's rates: the general one, and the cases, of which the first that holds counts instead."""

    general: Rate
    cases: tuple[RateCase, ...] = ()

    def of(self, known: Known, day: date) -> Rate:
        """The rate for what is known, on the local date that `as_of` names."""
        found = (place for place, case in enumerate(self.cases) if case.when.holds(known, day))
        return self.at(next(found, None))

    def at(self, case: int | None) -> Rate:
        """The rate of a case that was found before; None: the general one."""
        return self.general if case is None else _of_case(self.general, self.cases[case], case)


def _of_case(general: Rate, case: RateCase, place: int) -> Rate:
    return Rate(
        kind=kind_of(case.bands),
        bands=case.bands,
        base=general.base,
        until_invoice=general.until_invoice,
        source=case.source,
        as_of=general.as_of,
        taxed=general.taxed,
        line_by_line=general.line_by_line,
        case=place,
    )


def lines_written(lines: Sequence[tuple[Rate, int]], currency: str) -> str:
    """Lines with their bases (fen) in one text, as decisions keep them: ``10000.00 at 1/2 | 500.00 at 1/4``."""
    return " | ".join(f"{format_amount(base, currency)} at {rate.written(currency)}" for rate, base in lines)


def lines_of(written: str, currency: str) -> list[tuple[tuple[Band, ...], int]]:
    """The bands and the base (fen) of each line that `lines_written` wrote."""
    said = [one.partition(" at ") for one in written.split(" | ")]
    return [(bands_of(share, currency), parse_amount(base, currency)) for base, _, share in said]


def bands_of(written: str, currency: str) -> tuple[Band, ...]:
    """The bands that `Rate.written` wrote."""
    said = [one.partition(" to ") for one in written.split(", ")]
    return tuple(Band(Fraction(share), parse_amount(end, currency) if end else None) for share, _, end in said)


def kind_of(bands: tuple[Band, ...]) -> str:
    """``flat`` for one share of everything, else ``bands``."""
    return "flat" if len(bands) == 1 else "bands"
