"""Writes rows into a file as they come, so that no more of them is held than a page: CSV, or a workbook."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import IO, Any, Protocol

import xlsxwriter

from services.registry.transfer.domain.exporting import ExportFormat, Made
from services.standards.spreadsheet import BOM, cell

PIECE = 1024 * 1024
SHEET_ROWS = 1_000_000
"""Rows of a sheet under its heading; a spreadsheet shows 1,048,576, and what is more goes on the next sheet."""

Texts = Sequence[str]


class Sheet(Protocol):
    """Rows on their way into a file."""

    def write(self, row: Texts) -> None:
        """Add a row."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class _Csv:
    """UTF-8 behind a byte order mark; what a spreadsheet would take for a formula stands behind an apostrophe."""

    def __init__(self, out: IO[bytes], heading: Texts) -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        self._text.write(BOM)
        self._rows = csv.writer(self._text)
        self.write(heading)

    def write(self, row: Texts) -> None:
        self._rows.writerow([cell(text) for text in row])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class _Workbook:
    """Every cell is a text, which no spreadsheet carries out; so a code keeps its eighteen digits."""

    def __init__(self, out: IO[bytes], heading: Texts) -> None:
        self._book = xlsxwriter.Workbook(out, {"constant_memory": True})
        self._heading, self._place = heading, 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheet, self._place = self._book.add_worksheet(), 0
        self._sheet.freeze_panes(1, 0)
        self._put(self._heading)

    def _put(self, row: Texts) -> None:
        for column, text in enumerate(row):
            self._sheet.write_string(self._place, column, text)
        self._place += 1

    def write(self, row: Texts) -> None:
        if self._place > SHEET_ROWS:
            self._next_sheet()
        self._put(row)

    def close(self) -> None:
        self._book.close()


_SHEETS: dict[ExportFormat, Any] = {ExportFormat.CSV: _Csv, ExportFormat.XLSX: _Workbook}


class Writing:
    """A list on its way into a file."""

    def __init__(self, file: IO[bytes], format_: ExportFormat, heading: Texts) -> None:
        self._file = file
        self._sheet: Sheet = _SHEETS[format_](file, heading)
        self._rows = 0

    def write(self, rows: Sequence[Texts]) -> None:
        """Add rows."""
        for row in rows:
            self._sheet.write(row)
        self._rows += len(rows)

    def made(self) -> Made:
        """Finish the file and say what it is."""
        self._sheet.close()
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return Made(self._rows, self._file.tell(), digest.hexdigest())

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the finished file, from its beginning."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece
