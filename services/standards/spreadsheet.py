"""Writes rows as CSV that a spreadsheet shows as they are: no text in them is ever carried out as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"
"""Without it a spreadsheet reads UTF-8 as the code page of its system."""


def cell(text: str) -> str:
    """The text as a cell: behind an apostrophe if a spreadsheet would take it for a formula; numbers stay numbers."""
    return f"'{text}" if text.startswith(DANGEROUS) and NUMBER.fullmatch(text) is None else text


def written(rows: Iterable[Sequence[str]]) -> str:
    """The rows as text, RFC 4180, behind a byte order mark."""
    out = io.StringIO(BOM)
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows([cell(text) for text in row] for row in rows)
    return out.getvalue()
