"""Decides which column of a file is which field, from how its header is written: in Chinese or English, with a unit."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from services.chassis.refusals import Refusal
from services.registry.transfer.domain.sheets import ABOVE_MAX, Row, Table
from services.standards.simplified import simplified

_UNIT = re.compile(r"(.*?)(?:[(\[【](.+)[)\]】]|/([百千万亿]*元|[万亿]))")
HEADER_MAX = 60
"""Characters of a header that are told again."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a kind of import. words: what headers call it, in simplified characters; required: of each file."""

    field: str
    words: tuple[str, ...]
    required: bool = False

    @property
    def word(self) -> str:
        """What it is called in Chinese."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """How a header was understood: the field it was taken for, None where it was not known, and its unit, if any."""

    header: str
    field: str | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields of a table stand: place by field from 0, and the unit that its header names, if any.

    headings: every header that is not empty, those too that say nothing here.
    """

    row: int
    places: Mapping[str, int]
    units: Mapping[str, str]
    width: int
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A table with its header, and the rows below it."""

    header: Header
    rows: Iterator[Row]


def fold(text: str) -> str:
    """Give a word as words are compared: narrow, in simplified characters and small letters, without blanks."""
    return "".join(simplified(unicodedata.normalize("NFKC", text)).lower().split())


def find_table(tables: Iterator[Table], columns: Sequence[Column], mapping: Mapping[str, str]) -> Found:
    """Find the table that has every required column, in one of its first rows; mapping: headers of the sender's own.

    Refusal ``import.header`` with the columns that are missing where most were found, how they may be headed, and what
    stands there instead; ``import.header_twice``.
    """
    own = {fold(word): field for word, field in mapping.items()}
    words = {**{fold(word): column.field for column in columns for word in (column.field, *column.words)}, **own}
    fewest = [column for column in columns if column.required]
    instead: tuple[Heading, ...] = ()
    for table in tables:
        for row in islice(table, ABOVE_MAX):
            header = _header(row, words)
            missing = [column for column in columns if column.required and column.field not in header.places]
            if not missing:
                return Found(header, table)
            if len(missing) < len(fewest):
                fewest, instead = missing, header.headings
    raise Refusal("import.header", numbers=_missing(fewest, instead))


def _missing(columns: Sequence[Column], instead: Sequence[Heading]) -> dict[str, str]:
    """The columns that are missing by field and, for a Chinese sentence, by the words that are known for each."""
    strange = [one.header for one in instead if one.field is None]
    return {
        "missing": ", ".join(column.field for column in columns),
        "columns": "；".join("、".join(column.words) for column in columns),
        "strange": ", ".join(strange) or "–",
    }


def _header(row: Row, words: Mapping[str, str]) -> Header:
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    headings: list[Heading] = []
    for place, cell in enumerate(row.cells):
        word = fold(cell).removesuffix("*").removeprefix("*")
        named = _UNIT.fullmatch(word)
        field = words.get(word) or (None if named is None else words.get(named[1]))
        unit = None if named is None or field is None else named[2] or named[3]
        if word:
            headings.append(Heading(cell.strip()[:HEADER_MAX], field, unit))
        if field is None:
            continue
        if field in places:
            raise Refusal("import.header_twice", numbers={"column": cell.strip()[:HEADER_MAX]})
        places[field] = place
        if unit is not None:
            units[field] = unit
    return Header(row.number, places, units, len(row.cells), tuple(headings))


def cells_of(header: Header, row: Row) -> dict[str, str]:
    """Give the cells of a row by field; what is empty or missing is left out."""
    found = {field: row.cells[place] for field, place in header.places.items() if place < len(row.cells)}
    return {field: cell for field, cell in found.items() if cell.strip()}
