"""The tree of service categories as data: what stands for a category is itself and everything above it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """Each known category with its parent; None for one at the top."""

    parents: Mapping[str, str | None]

    def lineage(self, category: str) -> tuple[str, ...]:
        """The category and all above it, nearest first; empty for an unknown one. A loop in the data ends the walk."""
        line: list[str] = []
        step: str | None = category
        while step is not None and step in self.parents and step not in line:
            line.append(step)
            step = self.parents[step]
        return tuple(line)
