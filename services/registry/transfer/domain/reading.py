"""Decides what the lines of a file say, one after the other, so that no more of it is held than a batch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.chassis.refusals import Reason, Refusal
from services.registry.transfer.domain.headers import Column, Found, cells_of, find_table
from services.registry.transfer.domain.importing import Cells, FileHeading, Line
from services.registry.transfer.domain.sheets import LINES_MAX, Row, tables_of

Read = Callable[[Cells], tuple[str | None, dict[str, Any]]]
"""Reads the cells of a line: by what the thing is known again, and its facts by field."""


@dataclass(slots=True)
class File:
    """One file of an import, with how its rows are read; ``place`` counts the files from 1."""

    place: int
    content: bytes = field(repr=False)
    media_type: str
    columns: Sequence[Column]
    mapping: dict[str, str]

    def rows(self) -> Iterator[tuple[Found, Row]]:
        """The rows below the header; Refusals of `find_table`, ``import.too_large`` beyond so many lines."""
        found = find_table(tables_of(self.content, self.media_type), self.columns, self.mapping)
        for count, row in enumerate(found.rows, start=1):
            if count > LINES_MAX:
                raise Refusal("import.too_large", numbers={"what": "lines", "at_most": LINES_MAX})
            yield found, row

    def look(self) -> tuple[int, list[FileHeading]]:
        """How many lines it has, and how its headers are understood.

        A file that cannot be read to its end is refused before any line is carried out.
        """
        found = find_table(tables_of(self.content, self.media_type), self.columns, self.mapping)
        headings = [FileHeading(self.place, one.header, one.field, one.unit) for one in found.header.headings]
        return sum(1 for _ in self.rows()), headings

    def lines(self, read: Read, *, skip: int, line: int) -> Iterator[Line]:
        """Its lines behind those that are skipped, the first of them numbered ``line`` in the import."""
        for number, (found, row) in enumerate(self.rows(), start=line - skip):
            if number >= line:
                yield self._line(found, row, read, number)

    def _line(self, found: Found, row: Row, read: Read, number: int) -> Line:
        header = found.header
        cells = Cells(cells_of(header, row), header.units, header.places.keys())
        key, meant = read(cells)
        return Line(
            line=number,
            document=self.place,
            row=row.number,
            key=key,
            meant=meant,
            changes=tuple(cells.changes),
            faults=(*cells.faults, *_shape_faults(row, header.width)),
        )


def _shape_faults(row: Row, width: int) -> list[Reason]:
    surplus = [cell for cell in row.cells[width:] if cell.strip()]
    if not surplus:
        return []
    return [Reason("cell.surplus", rule="a line has a cell for each column", numbers={"cells": len(row.cells)})]
