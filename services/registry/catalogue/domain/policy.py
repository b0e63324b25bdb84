"""Decides what a policy paper 政策文件 is: who issued it, under which number, since when it holds, and its clauses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PolicyStatus(StrEnum):
    """Whether a paper holds. Incomplete: its text was handed down without its end, so nobody can say what it orders."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    INCOMPLETE = "incomplete"
    ABOLISHED = "abolished"


class ClauseLevel(StrEnum):
    """How deep a clause lies: 一、 is a chapter, （一） a section, 1. or 一是 an item."""

    CHAPTER = "chapter"
    SECTION = "section"
    ITEM = "item"


class Part(StrEnum):
    """What a clause asks of a bureau: to lead 牵头, to support 配合, or to be responsible 责任单位, 负责."""

    LEAD = "lead"
    SUPPORT = "support"
    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True)
class Charge:
    """A bureau by its printed name, and what is asked of it."""

    bureau: str
    part: Part


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it is printed, and the bureaus that it names at its end."""

    text: str
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause; ``id`` is the way down to it as printed, such as 二(一)3; its own paragraphs only."""

    id: str
    level: ClauseLevel
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Every bureau that one of its paragraphs names, once for each part, in the order of print."""
        return tuple(dict.fromkeys(charge for one in self.paragraphs for charge in one.charges))


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What is known of a paper as a whole. made and published: local days; note: what was found odd in its print."""

    title: str
    issuer: str
    number: str | None = None
    made: date | None = None
    published: date | None = None
    status: PolicyStatus = PolicyStatus.DRAFT
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as read from its text."""

    facts: PolicyFacts
    clauses: tuple[Clause, ...]


def bureaus_of(clauses: Iterable[Clause]) -> list[str]:
    """Give every bureau that these clauses name, once, in the order of print."""
    return list(dict.fromkeys(charge.bureau for clause in clauses for charge in clause.charges))
