"""Decides who owes a work summary 工作总结, by which day, when it is late, and when it is done.

Each county and each bureau reports within 20 working days after the end of the year (嘉政办发〔2015〕90号 六（二）).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, another_person, refuse_all
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults
from services.registry.catalogue.domain.policy import Clause, Policy, PolicyStatus
from services.standards.calendar import WorkingDays

SUMMARY_DAYS = 20
"""Working days after the last day of the year. Source: 嘉政办发〔2015〕90号 六（二）."""
DECEMBER, LAST = 12, 31
BUREAU = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""How a bureau is written in the roles of its staff, which the gateway gives."""


class SummaryState(StrEnum):
    """How far a summary is."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


OWED = frozenset({SummaryState.OPEN, SummaryState.RETURNED})


@dataclass(frozen=True)
class Duty:
    """That a county, or a bureau of a city, owes a summary of each year from one to another; no end: for good.

    bureau: the code in the roles of its staff, which is one bureau's everywhere: 市科技局 is one in every city.
    """

    id: UUID
    region: str
    bureau: str | None
    from_year: int
    policy: str
    clause: str
    until_year: int | None = None

    def covers(self, year: int) -> bool:
        """Whether a summary of a year is owed."""
        return self.from_year <= year and (self.until_year is None or year <= self.until_year)


@dataclass(frozen=True)
class Figure:
    """One figure of a summary: as it was counted here on the last day of the year, and as stated where that differs."""

    counted: int
    stated: int | None = None


@dataclass(frozen=True)
class Submission:
    """What was handed in: on which local day, by whom, with which document and figures, and how many days late."""

    on: date
    by: str
    document_id: UUID
    figures: Mapping[str, Figure]
    days_late: int


@dataclass(frozen=True)
class WorkSummary:
    """The summary that a county or bureau owes of a year.

    due_on: the last day on which it is in time; owed_by: the last day of what is owed next, None when nothing is;
    reason: why it was returned; decided_by: who returned or accepted it.
    """

    id: UUID
    duty_id: UUID
    year: int
    region: str
    bureau: str | None
    due_on: date
    owed_by: date | None
    state: SummaryState = SummaryState.OPEN
    submission: Submission | None = None
    reason: str | None = None
    decided_by: str | None = None

    def overdue(self, today: date) -> int:
        """How many days what is owed next is overdue; 0 when it is not, or nothing is owed."""
        return 0 if self.owed_by is None else max(0, (today - self.owed_by).days)


def year_end(year: int) -> date:
    """The last day of a year, as of which its figures are counted."""
    return date(year, DECEMBER, LAST)


def deadline(year: int, calendar: WorkingDays) -> date:
    """The last day on which the summary of a year is in time. Raises CalendarNotLoaded: it is never guessed."""
    return calendar.add(year_end(year), SUMMARY_DAYS)


def duty_faults(duty: Duty, *, today: date) -> list[Reason]:
    """List all that is wrong with a duty: laid on for a year that is over, or a bureau that is no code."""
    numbers = {"year": duty.from_year, "earliest": today.year}
    past = Reason("summary.past", rule="nobody is made to report on a year that is over", pointer="/from_year")
    return [
        *([] if duty.from_year >= today.year else [replace(past, numbers=numbers)]),
        *([] if duty.bureau is None or BUREAU.fullmatch(duty.bureau) else [_no_code(duty.bureau)]),
    ]


def _no_code(bureau: str) -> Reason:
    rule = "a bureau is told by the code in the roles of its staff"
    return Reason("summary.bureau", rule=rule, pointer="/bureaus", numbers={"bureau": bureau})


def elsewhere_faults(city: str, bureaus: Sequence[str], known: Mapping[str, str]) -> list[Reason]:
    """List the bureaus that are another city's; known: the city of each that owes a summary already."""
    rule = "a bureau is one city's"
    return [
        Reason("summary.elsewhere", rule=rule, pointer="/bureaus", numbers={"bureau": one, "city": known[one]})
        for one in bureaus
        if known.get(one, city) != city
    ]


def clause_faults(policy: str, clause: str, paper: Policy | None, clauses: Sequence[Clause]) -> list[Reason]:
    """List what is wrong with the clause of a duty; paper and clauses: what is recorded of that policy, if anything."""
    holds = paper is not None and paper.facts.status in (PolicyStatus.IN_FORCE, PolicyStatus.INCOMPLETE)
    if holds and clause in {one.id for one in clauses}:
        return []
    numbers = {"policy": policy, "clause": clause}
    return [Reason("summary.clause", rule="a duty has a clause that holds", pointer="/clause", numbers=numbers)]


def open_summary(summary_id: UUID, duty: Duty, year: int, calendar: WorkingDays) -> WorkSummary:
    """What a duty owes of a year that is over. Raises CalendarNotLoaded where the year after is not announced."""
    due_on = deadline(year, calendar)
    return WorkSummary(summary_id, duty.id, year, duty.region, duty.bureau, due_on, due_on)


def submit(summary: WorkSummary, handed_in: Submission, *, also: Sequence[Reason] = ()) -> WorkSummary:
    """Hand in a summary that is owed. The first time decides how late it is: a return does not make it later.

    Refusal with all faults: ``summary.state``, ``summary.figure`` for a figure that is not asked for.
    """
    refuse_all([*_state_faults(summary, OWED, "submit"), *also])
    former = summary.submission
    late = max(0, (handed_in.on - summary.due_on).days) if former is None else former.days_late
    submission = replace(handed_in, days_late=late)
    submitted = replace(summary, state=SummaryState.SUBMITTED, submission=submission, owed_by=None)
    return replace(submitted, reason=None, decided_by=None)


def stated_faults(stated: Mapping[str, int], asked_for: Sequence[str]) -> list[Reason]:
    """List the figures that were stated and are not asked for, each with those that are."""
    rule = "the figures of a summary are those counted here"
    known = ", ".join(asked_for)
    return [
        Reason("summary.figure", rule=rule, pointer=f"/stated/{name}", numbers={"figure": name, "known": known})
        for name in stated
        if name not in asked_for
    ]


def send_back(summary: WorkSummary, *, by: str, reason: str, owed_by: date) -> WorkSummary:
    """Return a summary with a reason, to be handed in again by a day.

    Refusal ``summary.state``, ``summary.own`` for who handed it in, faults of the reason.
    """
    refuse_all(
        [
            *_state_faults(summary, {SummaryState.SUBMITTED}, "return"),
            *name_faults(reason, "/reason", limit=TEXT_LENGTH),
        ]
    )
    _another(summary, by)
    return replace(summary, state=SummaryState.RETURNED, reason=reason, decided_by=by, owed_by=owed_by)


def accept(summary: WorkSummary, *, by: str) -> WorkSummary:
    """Accept a summary. Refusal ``summary.state``, ``summary.own`` for who handed it in."""
    refuse_all(_state_faults(summary, {SummaryState.SUBMITTED}, "accept"))
    _another(summary, by)
    return replace(summary, state=SummaryState.ACCEPTED, decided_by=by)


def _another(summary: WorkSummary, by: str) -> None:
    submitted_by = None if summary.submission is None else summary.submission.by
    another_person(by, than=[submitted_by], otherwise="summary.own")


def _state_faults(
    summary: WorkSummary, allowed: frozenset[SummaryState] | set[SummaryState], verb: str
) -> list[Reason]:
    if summary.state in allowed:
        return []
    numbers = {"state": summary.state.value, "verb": verb}
    return [Reason("summary.state", rule="the life cycle of a work summary", numbers=numbers)]
