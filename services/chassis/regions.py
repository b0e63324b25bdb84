"""Decides how SQL says that one region lies in another: as the standard says it of codes."""

from sqlalchemy import ColumnElement

from services.standards import region


def lies_in(column: ColumnElement[str], bound: str) -> ColumnElement[bool]:
    """Whether a column's region is the bound or lies in it; null where the column is."""
    head = region.prefix(bound)
    return column == bound if head is None else column.startswith(head, autoescape=True)
