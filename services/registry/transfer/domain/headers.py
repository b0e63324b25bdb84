"""Decides which column of a file is which field, from how its header is written: in Chinese or English, with a unit."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from services.chassis.refusals import Refusal
from services.registry.transfer.domain.sheets import ABOVE_MAX, Row, Table
from services.standards.simplified import simplified

_UNIT = re.compile(r"(.*?)[(\[【](.+)[)\]】]")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a kind of import. words: what headers call it, in simplified characters; required: of each file."""

    field: str
    words: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields of a table stand: place by field from 0, and the unit that its header names, if any."""

    row: int
    places: Mapping[str, int]
    units: Mapping[str, str]
    width: int


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

    Refusal ``import.header`` with the columns that are missing where most were found; ``import.header_twice``.
    """
    own = {fold(word): field for word, field in mapping.items()}
    words = {**{fold(word): column.field for column in columns for word in (column.field, *column.words)}, **own}
    required = [column.field for column in columns if column.required]
    fewest = required
    for table in tables:
        for row in islice(table, ABOVE_MAX):
            header = _header(row, words)
            missing = [field for field in required if field not in header.places]
            if not missing:
                return Found(header, table)
            fewest = min(fewest, missing, key=len)
    raise Refusal("import.header", numbers={"missing": ", ".join(fewest)})


def _header(row: Row, words: Mapping[str, str]) -> Header:
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    for place, cell in enumerate(row.cells):
        word = fold(cell).removesuffix("*").removeprefix("*")
        named = _UNIT.fullmatch(word)
        field = words.get(word) or (None if named is None else words.get(named[1]))
        if field is None:
            continue
        if field in places:
            raise Refusal("import.header_twice", numbers={"column": cell.strip()[:60]})
        places[field] = place
        if named is not None and word not in words:
            units[field] = named[2]
    return Header(row.number, places, units, len(row.cells))


def cells_of(header: Header, row: Row) -> dict[str, str]:
    """Give the cells of a row by field; what is empty or missing is left out."""
    found = {field: row.cells[place] for field, place in header.places.items() if place < len(row.cells)}
    return {field: cell for field, cell in found.items() if cell.strip()}
