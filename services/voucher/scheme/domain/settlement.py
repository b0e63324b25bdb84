"""Whom the treasury pays, on which way, how often, in which parts, and how long what is to be paid is disclosed."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from services.voucher.scheme.domain.rule import Known, Rule, When


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, working days or calendar days."""

    days: int
    working: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One treasury's weight in what is paid, by its name in the file, such as `city`."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class SplitCase:
    """Another split for some."""

    when: When
    parts: tuple[Part, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Split:
    """How what is paid is split among treasuries by largest remainder; the first case that holds counts instead."""

    parts: tuple[Part, ...]
    source: str
    cases: tuple[SplitCase, ...] = ()


def parts_of(split: Split, known: Known, day: date) -> tuple[tuple[Part, ...], str]:
    """The parts that count for what is known, on a local date, and where that is written.

    What is paid is cut by `services.standards.split.largest_remainder` of their weights, ties to the part listed first.
    """
    case = next((one for one in split.cases if one.when.holds(known, day)), None)
    return (split.parts, split.source) if case is None else (case.parts, case.source)


@dataclass(frozen=True, slots=True)
class Window:
    """When claims are taken: instants (UTC), the second no longer part of it."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """Whom the treasury pays, how often, and on the way there: who reviews a claim, and how long each step may take.

    payee: provider or holder; model: provider_paid, holder_reimbursed, escrow or top_up; cadence: on_claim, monthly,
    quarterly, half_yearly or yearly. review names the stages in their order. In working days: review_within for each
    stage, correction_within for the claimant after a stage asks for one, pay_within from the release of a line until
    its payment is expected. claims: None where they are always taken; split: None where one treasury pays.
    audit_sample: the share of lines and of money that is inspected before it is paid; None where nothing need be.
    """

    payee: Rule[str]
    cadence: Rule[str]
    model: Rule[str]
    review: Rule[tuple[str, ...]]
    review_within: Rule[int]
    correction_within: Rule[int]
    pay_within: Rule[int]
    claims: Rule[Window] | None = None
    split: Split | None = None
    audit_sample: Rule[Fraction] | None = None
