"""Decides which rows a file has: CSV in UTF-8 or GB 18030, or a workbook (ISO/IEC 29500), none larger than is safe.

A workbook is a zip: what it unpacks to, and how far its cells reach, is measured before anything believes it.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from services.standards.spreadsheet import XLSX

CSV = "text/csv"
LINES_MAX = 100_000
"""Lines of one file; more are sent as several files of one import."""
ABOVE_MAX = 20
"""Rows that may stand above the header: titles, notes, who filled it in."""
COLUMNS_MAX = 64
UNPACKED_MAX = 256 * 1024 * 1024
"""Bytes of an unpacked workbook: a sheet of so many lines and columns has far fewer."""
ENTRIES_MAX = 1_000

_DELIMITERS = (",", ";", "\t")
_ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOK = "xl/workbook.xml"
_CHUNK = 1024 * 1024
_LOCAL_HEADER = 30
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")
_OVERLAP = 64
"""Of a chunk, as much of its end is looked at again as a cell's reference is long."""
_EXACT = 10**15
"""From here on a workbook's numbers have lost their last digits: what was typed cannot be told any more."""


class SheetFault(ValueError):
    """A file whose rows are not read: code ``encoding``, ``unreadable`` or ``too_large``, with its numbers."""

    def __init__(self, code: str, numbers: dict[str, str | int | bool | None] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers or {}


class Unreadable(StrEnum):
    """Why a file cannot be read, whatever the library that reads it says."""

    QUOTES = "a quotation mark is not closed, or stands inside a cell"
    CELL = "a cell is too long"
    LINE = "the line is no CSV"
    NO_WORKBOOK = "this is no workbook"
    DAMAGED = "the workbook is damaged or incomplete"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a spreadsheet counts it, from 1, and the text of its cells."""

    number: int
    cells: tuple[str, ...]


Table = Iterator[Row]


def tables_of(content: bytes, media_type: str) -> Iterator[Table]:
    """Give what may be the table in a file: a CSV by each delimiter, a workbook by each sheet; empty rows are left out.

    SheetFault where that cannot be done, also while it is read.
    """
    if media_type == XLSX:
        yield from _sheets(content)
        return
    text = _decoded(content)
    for delimiter in _DELIMITERS:
        yield _lines(text, delimiter)


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS if b"\0" not in content else ():
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetFault("encoding")


def _lines(text: str, delimiter: str) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise SheetFault("unreadable", {"row": begins, "why": _why(str(error)).value}) from error
        if cells is None:
            return
        yield from _row(begins, cells)


def _sheets(content: bytes) -> Iterator[Table]:
    try:
        _measure(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            yield _cells(workbook.get_sheet_by_name(name).iter_rows())
    except zipfile.BadZipFile as error:
        raise SheetFault("unreadable", {"row": 0, "why": Unreadable.NO_WORKBOOK.value}) from error
    except (CalamineError, zlib.error) as error:
        raise SheetFault("unreadable", {"row": 0, "why": Unreadable.DAMAGED.value}) from error


def _why(said: str) -> Unreadable:
    """What the reader of CSV means."""
    known = {"field limit": Unreadable.CELL, "unexpected end": Unreadable.QUOTES, "expected after": Unreadable.QUOTES}
    return next((why for part, why in known.items() if part in said), Unreadable.LINE)


def _cells(rows: Iterator[Sequence[Any]]) -> Table:
    for number, values in enumerate(rows, start=1):
        yield from _row(number, [_text(value) for value in values])


def _row(number: int, cells: Sequence[str]) -> Iterator[Row]:
    """The row without the empty cells at its end, which spreadsheets add; nothing if that is all."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    if len(kept) > COLUMNS_MAX:
        raise SheetFault("too_large", {"what": "columns", "at_most": COLUMNS_MAX})
    if kept:
        yield Row(number, tuple(kept))


def _text(value: Any) -> str:
    """A workbook's value as it would have been typed: its numbers have fifteen digits, and its days no time."""
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if abs(value) < _EXACT else f"{value:.14E}"
    return str(value)


def _measure(content: bytes) -> None:
    """Unpack a workbook once without keeping it; SheetFault: beyond what is taken."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        raise SheetFault("too_large", {"what": "entries", "at_most": ENTRIES_MAX})
    if {"content.xml", _WORKBOOK} & {entry.filename for entry in entries} != {_WORKBOOK}:
        raise SheetFault("unreadable", {"row": 0, "why": Unreadable.NO_WORKBOOK.value})
    left = UNPACKED_MAX
    for entry in entries:
        for chunk in _unpacked(content, entry):
            left -= len(chunk)
            if left < 0:
                raise SheetFault("too_large", {"what": "bytes", "at_most": UNPACKED_MAX})


def _unpacked(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry, whatever its header says of their number."""
    names = content[entry.header_offset + 26 : entry.header_offset + _LOCAL_HEADER]
    start = entry.header_offset + _LOCAL_HEADER + sum(int.from_bytes(names[at : at + 2], "little") for at in (0, 2))
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        _reach(packed)
        yield packed
        return
    inflater, before = zlib.decompressobj(-zlib.MAX_WBITS), b""
    while packed and not inflater.eof:
        chunk = inflater.decompress(packed, _CHUNK)
        packed = inflater.unconsumed_tail
        _reach(before + chunk)
        before = chunk[-_OVERLAP:]
        yield chunk


def _reach(text: bytes) -> None:
    """Refuse a cell that lies beyond what is taken: whoever reads the sheet makes room for all that lies between."""
    rows = LINES_MAX + ABOVE_MAX
    for column, row in _REFERENCE.findall(text):
        if len(row) > len(str(rows)) or int(row) > rows:
            raise SheetFault("too_large", {"what": "lines", "at_most": LINES_MAX})
        if len(column) > 2 or _column(column) > COLUMNS_MAX:
            raise SheetFault("too_large", {"what": "columns", "at_most": COLUMNS_MAX})


def _column(letters: bytes) -> int:
    """The number of a column from 1; 0 for a row's own number, which names none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
