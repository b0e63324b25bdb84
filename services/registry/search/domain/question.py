"""Decides what somebody looks for: the text he typed, how well a name fits it, and what narrows the search."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from services.chassis.refusals import Reason
from services.registry.search.domain.grams import TYPO_LEAST
from services.registry.search.domain.spelling import fold

TEXT_MAX = 64
"""Characters of a text that is looked for."""
INSIDE_LEAST, SPELLED_INSIDE_LEAST, CODE_LEAST = 2, 3, 4
"""Characters from which a text is looked for inside names, inside their pinyin, and as the beginning of a code."""
_LETTERS = re.compile("[a-z0-9]+")
_CODE = re.compile("[0-9A-HJ-NP-RT-UW-Y]+")


class Fit(IntEnum):
    """How well a name fits, the best first."""

    EXACT = 0
    BEGINS = 1
    INSIDE = 2
    SPELLED_BEGINS = 3
    SPELLED_INSIDE = 4
    WORDS = 5
    NEARLY = 6


@dataclass(frozen=True)
class Question:
    """The text that somebody typed."""

    typed: str

    @cached_property
    def text(self) -> str:
        """What is compared of it."""
        return fold(self.typed)

    @cached_property
    def words(self) -> list[str]:
        """Its words, which may stand apart in a name; none where there is but one, or none that an index knows."""
        words = [word for word in map(fold, self.typed.split()) if word]
        return words if len(words) > 1 and max(map(len, words)) >= INSIDE_LEAST else []

    @property
    def code(self) -> str | None:
        """The credit code that it is the beginning of, if it may be one (GB 32100-2015)."""
        code = self.text.upper()
        return code if len(code) >= CODE_LEAST and _CODE.fullmatch(code) else None

    @property
    def is_latin(self) -> bool:
        """Whether it may be pinyin or initials."""
        return _LETTERS.fullmatch(self.text) is not None

    @property
    def fits(self) -> list[Fit]:
        """In which ways it is looked for, the best first; one character only at the beginning of a name.

        What nearly fits is looked for where nothing else was found.
        """
        length = len(self.text)
        tried = {
            Fit.EXACT: True,
            Fit.BEGINS: True,
            Fit.INSIDE: length >= INSIDE_LEAST,
            Fit.SPELLED_BEGINS: self.is_latin and length >= INSIDE_LEAST,
            Fit.SPELLED_INSIDE: self.is_latin and length >= SPELLED_INSIDE_LEAST,
            Fit.WORDS: bool(self.words),
            Fit.NEARLY: length >= TYPO_LEAST,
        }
        return [fit for fit, is_tried in tried.items() if is_tried]


@dataclass(frozen=True)
class Narrowed:
    """What narrows a search: each bound that is given. near: a region, of which what lies nearest is listed first."""

    kind: str | None = None
    category: str | None = None
    region: str | None = None
    level: str | None = None
    scheme: str | None = None
    state: str | None = None
    near: str | None = None


def question_faults(typed: str | None) -> list[Reason]:
    """List what is wrong with a text: there is nothing in it that a name could have."""
    if typed is None or fold(typed):
        return []
    return [Reason("search.nothing_to_find", rule="a search has a letter, character or digit", pointer="/q")]
