"""Decides how an import refuses a file that is no sheet: which rows it has is the house's own reading."""

from collections.abc import Iterator
from typing import TypeVar

from services.chassis.refusals import Refusal
from services.standards import sheets
from services.standards.sheets import ABOVE_MAX, CSV, LINES_MAX, Row, SheetFault, Table, Unreadable
from services.standards.spreadsheet import XLSX

__all__ = ["ABOVE_MAX", "CSV", "LINES_MAX", "XLSX", "Row", "Table", "Unreadable", "tables_of"]

Item = TypeVar("Item")


def tables_of(content: bytes, media_type: str) -> Iterator[Table]:
    """Give what may be the table in a file, as `sheets.tables_of` does.

    Refusals ``import.encoding``, ``import.unreadable``, ``import.too_large``.
    """
    for table in _refusing(sheets.tables_of(content, media_type)):
        yield _refusing(table)


def _refusing(items: Iterator[Item]) -> Iterator[Item]:
    try:
        yield from items
    except SheetFault as fault:
        raise Refusal(f"import.{fault.code}", numbers=fault.numbers) from fault
