"""Reads the applicants of a simulation from a CSV file: facts and amounts by column, and never a name."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.money import AmountFault, parse_amount
from services.voucher.scheme.domain.facts import Listing, PartyFacts, Residence
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.queue import GENERAL

ROWS_MAX = 20_000
FAULTS = 100
"""As many faults are told at once; more would help nobody."""

ASKED = "asked"
"""The one column that a file cannot do without."""
DIGITS, YEARS = 9, range(1800, 2200)
"""How many digits a whole number has at the most, and in which years a firm may be registered."""
NO_NUMBER = "a whole number is written in digits alone"
NO_DAY = "a day is written as in 2027-01-04, of the years 1800 to 2199"
NO_AMOUNT = "an amount is above zero and written in digits, as in 1234.50"


@dataclass(frozen=True, slots=True)
class Roster:
    """The applicants of a file, and the columns of it that were not read: names, for one."""

    applicants: tuple[Applicant, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What cells are read by: the scheme's currency, its list that gives priority, and the day of the facts."""

    scheme: Scheme
    day: date

    def applicant(self, number: int, cells: Mapping[str, Any]) -> Applicant:
        """An applicant of cells that were read already."""
        listings = cells.get("lists", ())
        return Applicant(
            number=number,
            asked=cells[ASKED],
            price=cells.get("price"),
            points=cells.get("points", 0),
            came_on=cells.get("came_on", self.day),
            queue_class=self._class(listings),
            facts=PartyFacts(
                as_of=self.day,
                holder=cells.get("holder", "organization"),
                listings=listings,
                **{name: cells[name] for name in _FACTS if name in cells},
            ),
        )

    def _class(self, listings: Sequence[Listing]) -> str:
        priority = self.scheme.allocation.priority.value
        listed = {one.listed_as for one in listings if one.list == priority.list}
        return next((name for name in priority.classes if name in listed), GENERAL)


def of_file(content: bytes, scheme: Scheme, *, day: date) -> Roster:
    """The applicants of a CSV file in UTF-8 whose first line names its columns, numbered as they stand; as of a day.

    Refusals ``list.file`` when it is none, ``list.empty``, ``list.too_long``, ``roster.cell`` for each faulty one.
    """
    head, *rest = _lines(content)
    if not rest:
        raise Refusal("list.empty", pointer="/file")
    if len(rest) > ROWS_MAX:
        raise Refusal("list.too_long", pointer="/file", numbers={"rows": len(rest), "at_most": ROWS_MAX})
    reader, faults = _Reader(scheme, day), list[Reason]()
    applicants = [reader.applicant(row, cells) for row, cells in _rows(head, rest, scheme, faults) if ASKED in cells]
    refuse_all(faults[:FAULTS])
    return Roster(tuple(applicants), tuple(name for name in head if name not in _READ))


def _lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line] or [[]]
    except UnicodeDecodeError as error:
        raise _no_list("it is not in UTF-8") from error
    except csv.Error as error:
        raise _no_list("a quotation mark is not closed, or it is no table") from error
    if ASKED not in lines[0]:
        raise _no_list("no column is named asked")
    return lines


def _no_list(why: str) -> Refusal:
    return Refusal("list.file", pointer="/file", numbers={"why": why})


def _rows(
    head: Sequence[str], rest: Sequence[Sequence[str]], scheme: Scheme, faults: list[Reason]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The cells of each row, read; what cannot be read is a fault, and a row that asks for nothing sound has none."""
    for row, line in enumerate(rest, start=1):
        cells = dict(zip(head, line, strict=False))
        found: dict[str, Any] = {}
        for name, read in _READ.items():
            if (cell := cells.get(name, "").strip()) or name == ASKED:
                try:
                    found[name] = read(cell, scheme)
                except ValueError as error:
                    faults.append(_fault(row, name, error))
        yield row, found


def _fault(row: int, column: str, error: ValueError) -> Reason:
    return Reason(
        "roster.cell", pointer=f"/file/{row}/{column}", numbers={"row": row, "column": column, "why": str(error)}
    )


def _amount(cell: str, scheme: Scheme) -> int:
    try:
        amount = parse_amount(cell, scheme.currency)
    except AmountFault:
        raise ValueError(NO_AMOUNT) from None
    if amount <= 0:
        raise ValueError(NO_AMOUNT)
    return amount


def _lists(cell: str, scheme: Scheme) -> tuple[Listing, ...]:
    """Lists with the class in each: ``priority-2020:first; technology-smes``."""
    return tuple(Listing(name.strip(), listed_as.strip()) for name, _, listed_as in _pairs(cell))


def _residences(cell: str, scheme: Scheme) -> tuple[Residence, ...]:
    """Spaces with the level of each: ``incubator:provincial``."""
    return tuple(Residence(kind.strip(), (level.strip(),) if level else ()) for kind, _, level in _pairs(cell))


def _pairs(cell: str) -> list[tuple[str, str, str]]:
    return [one.partition(":") for one in cell.split(";") if one.strip()]


def _word(cell: str, scheme: Scheme) -> str:
    return cell


def _whole(cell: str, scheme: Scheme) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= DIGITS):
        raise ValueError(NO_NUMBER)
    return int(cell)


def _day(cell: str, scheme: Scheme) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise ValueError(NO_DAY) from None
    if day.year not in YEARS:
        raise ValueError(NO_DAY)
    return day


_FACTS: Mapping[str, Callable[[str, Scheme], Any]] = {
    "region": _word,
    "size_class": _word,
    "legal_form": _word,
    "registered_on": _day,
    "members": _whole,
    "residences": _residences,
}
_READ: Mapping[str, Callable[[str, Scheme], Any]] = {
    **_FACTS,
    "holder": _word,
    "lists": _lists,
    ASKED: _amount,
    "price": _amount,
    "came_on": _day,
    "points": _whole,
}
"""The columns that are read, each by what."""
