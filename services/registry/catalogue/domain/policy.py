"""Decides what a policy paper 政策文件 is: who issued it, under which number, since when it holds, and its clauses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.names import clean, name_faults
from services.registry.catalogue.domain.period import future_faults

ID = re.compile(r"[a-z][a-z0-9-]{1,59}")
NUMBER_LENGTH = 60


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
    """What is known of a paper as a whole.

    made, published and effective: local days; note: what was found odd in its print.
    """

    title: str
    issuer: str
    number: str | None = None
    made: date | None = None
    published: date | None = None
    effective: date | None = None
    status: PolicyStatus = PolicyStatus.DRAFT
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as read from its text."""

    facts: PolicyFacts
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A paper as recorded; ``version`` is its ETag. document_id: the text as it was sent, None for those that ship."""

    id: str
    facts: PolicyFacts
    document_id: UUID | None = None
    abolished: date | None = None
    version: int = 0

    def changed(self) -> "Policy":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


def policy_faults(policy: Policy, *, today: date) -> list[Reason]:
    """List all that is wrong with a paper that is to be recorded: its id, title, issuer, number and dates."""
    wrong_id = [Reason("policy.id", rule="small letters, digits and hyphens", pointer="/id", numbers={"id": policy.id})]
    facts = policy.facts
    return [
        *([] if ID.fullmatch(policy.id) else wrong_id),
        *name_faults(facts.title, "/title"),
        *name_faults(facts.issuer, "/issuer"),
        *_number_faults(facts.number),
        *_date_faults(facts, today=today),
    ]


def written(facts: PolicyFacts) -> PolicyFacts:
    """Give the same as it is stored: texts in NFC."""
    number = None if facts.number is None else clean(facts.number)
    return replace(facts, title=clean(facts.title), issuer=clean(facts.issuer), number=number)


def promulgate(policy: Policy, facts: PolicyFacts, *, today: date) -> Policy:
    """Bring a draft into force under its number and dates; Refusal ``policy.not_draft``, or all faults of the facts."""
    if policy.facts.status is not PolicyStatus.DRAFT:
        raise Refusal("policy.not_draft", numbers={"status": policy.facts.status.value})
    refuse_all([*_number_faults(facts.number), *_date_faults(facts, today=today)])
    return replace(policy, facts=replace(written(facts), status=PolicyStatus.IN_FORCE))


def abolish(policy: Policy, day: date, *, today: date) -> Policy:
    """Let a paper hold no longer from a day on; Refusal ``policy.abolished``, ``date.future``, ``policy.dates``."""
    if policy.facts.status is PolicyStatus.ABOLISHED:
        raise Refusal("policy.abolished")
    made = policy.facts.made
    refuse_all([*future_faults(day, today=today, pointer="/on"), *_order_faults(made, day, "/on")])
    return replace(policy, facts=replace(policy.facts, status=PolicyStatus.ABOLISHED), abolished=day)


def _number_faults(number: str | None) -> list[Reason]:
    return [] if number is None else name_faults(number, "/number", limit=NUMBER_LENGTH)


def _date_faults(facts: PolicyFacts, *, today: date) -> list[Reason]:
    """It is made, then published; it may take effect later, on a day to come."""
    return [
        *future_faults(facts.made, today=today, pointer="/made"),
        *future_faults(facts.published, today=today, pointer="/published"),
        *_order_faults(facts.made, facts.published, "/published"),
        *_order_faults(facts.made, facts.effective, "/effective"),
    ]


def _order_faults(made: date | None, later: date | None, pointer: str) -> list[Reason]:
    if made is None or later is None or made <= later:
        return []
    numbers = {"made": made.isoformat(), "date": later.isoformat()}
    return [Reason("policy.dates", rule="a paper is made before all else", pointer=pointer, numbers=numbers)]


def bureaus_of(clauses: Iterable[Clause]) -> list[str]:
    """Give every bureau that these clauses name, once, in the order of print."""
    return list(dict.fromkeys(charge.bureau for clause in clauses for charge in clause.charges))
