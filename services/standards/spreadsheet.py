"""Writes rows as CSV or a workbook that a spreadsheet shows as they are: no text in them is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"
"""Without it a spreadsheet reads UTF-8 as the code page of its system."""

Row = Sequence[str | int | None]
"""The cells of a row of a workbook: texts, numbers, and None for an empty one."""


def cell(text: str) -> str:
    """The text as a cell: behind an apostrophe if a spreadsheet would take it for a formula; numbers stay numbers."""
    return f"'{text}" if text.startswith(DANGEROUS) and NUMBER.fullmatch(text) is None else text


def written(rows: Iterable[Sequence[str]]) -> str:
    """The rows as text, RFC 4180, behind a byte order mark."""
    out = io.StringIO(BOM)
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows([cell(text) for text in row] for row in rows)
    return out.getvalue()


def workbook(rows: Iterable[Row]) -> bytes:
    """The rows, the headings first, as a workbook of one sheet (ISO/IEC 29500): texts stay texts, numbers numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(at, place, value)
                else:
                    page.write_string(at, place, value or "")
    return out.getvalue()
