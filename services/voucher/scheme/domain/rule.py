"""What every rule of a scheme file is: a value, where it is written, the date it is applied as of, and its cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from services.standards.region import contains

Value = TypeVar("Value")

Known = Mapping[str, frozenset[str]]
"""What is known of whom a rule is asked about, by the words that `when` uses: `size_class` → {"micro"}."""

REGIONS = frozenset({"region", "resource_region"})
"""Words whose values are region codes: a code covers what lies inside it."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Value]):
    """One rule: its value, where it is written, and the date it is applied as of (None where no date matters)."""

    value: Value
    source: str
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """Whom and which days a case of a rule is about: every word holds, and the rule's `as_of` lies within the dates.

    words: each with the values of which one is enough. since and until are local dates, both included.
    """

    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: date | None = None
    until: date | None = None

    def holds(self, known: Known, day: date) -> bool:
        """Whether it is about what is known, on the day that the rule is applied as of."""
        dated = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return dated and all(_among(word, values, known.get(word, frozenset())) for word, values in self.words)


ALWAYS = When()
"""Everybody, every day."""


def _among(word: str, wanted: tuple[str, ...], found: frozenset[str]) -> bool:
    if word in REGIONS:
        return any(contains(bound, one) for bound in wanted for one in found)
    return not found.isdisjoint(wanted)
