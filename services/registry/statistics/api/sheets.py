"""Decides how a table becomes a sheet: CSV that a spreadsheet reads as UTF-8, or XLSX; no text is ever a formula."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import Response

from services.standards.spreadsheet import XLSX, Row, workbook, written

Format = Literal["json", "csv", "xlsx"]
SHEETS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
"""That an answer may also be had as a sheet."""


def sheet(rows: Sequence[Row], *, name: str, as_: Format) -> Response:
    """The rows, the headings first, as a file of this name; None is an empty cell."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{as_}"',
        "X-Content-Type-Options": "nosniff",
    }
    if as_ == "csv":
        text = written([["" if value is None else str(value) for value in row] for row in rows])
        return Response(text.encode(), media_type="text/csv", headers=headers)
    return Response(workbook(rows), media_type=XLSX, headers=headers)
