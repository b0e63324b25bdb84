"""Decides what a table of counts is: its dimensions, its cells, and what lines and the whole add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Key = tuple[str | None, ...]
"""What a cell is of: one value for each dimension; None where nothing is known."""


@dataclass(frozen=True)
class Counted:
    """Counts above nothing by the values of their dimensions; whatever has no cell was counted nought times."""

    dimensions: tuple[str, ...]
    cells: Mapping[Key, int]

    @cached_property
    def total(self) -> int:
        """All of it."""
        return sum(self.cells.values())

    def along(self, place: int) -> dict[Key, int]:
        """The sums by one dimension alone: the margin that a table by that dimension would show as its cells."""
        sums: dict[Key, int] = {}
        for key, count in self.cells.items():
            sums[(key[place],)] = sums.get((key[place],), 0) + count
        return sums

    def values(self, place: int) -> list[str | None]:
        """The values of one dimension in order, what is not known last."""
        return sorted({key[place] for key in self.cells}, key=lambda value: (value is None, value or ""))


@dataclass(frozen=True)
class Line:
    """One cell or sum as it is shown; count None: withheld."""

    key: Key
    count: int | None


@dataclass(frozen=True)
class Shown:
    """A table as its reader has it: cells, the sums of each dimension by itself, the total; None is withheld.

    whole: False when nothing but the total could be shown without giving away what is small.
    """

    dimensions: tuple[str, ...]
    cells: Sequence[Line]
    margins: Sequence[Sequence[Line]]
    total: int | None
    whole: bool = True

    @property
    def withheld(self) -> int:
        """How many cells are withheld."""
        return sum(line.count is None for line in self.cells)


def in_full(counted: Counted) -> Shown:
    """The table as it was counted, for those who may know it all."""
    places = range(len(counted.dimensions))
    margins = [_lines(counted.along(place)) for place in places] if len(places) > 1 else []
    return Shown(counted.dimensions, _lines(counted.cells), margins, counted.total)


def _lines(counts: Mapping[Key, int]) -> list[Line]:
    return [Line(key, counts[key]) for key in sorted(counts, key=in_order)]


def in_order(key: Key) -> tuple[tuple[bool, str], ...]:
    """How keys are sorted: by their values, what is not known last."""
    return tuple((value is None, value or "") for value in key)
