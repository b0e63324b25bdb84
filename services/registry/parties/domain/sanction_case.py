"""Decides how an organisation comes to be kept out, and how that ends early: heard before, and by two persons.

proposed → notified → answered | unanswered → decided | dropped. Whoever proposed does not decide; nobody is kept out
who was not told of the grounds and given time to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.deadline import last_day
from services.registry.catalogue.domain.period import years_after
from services.registry.parties.domain.standing import (
    SANCTION_YEARS_LEAST,
    SANCTION_YEARS_MOST,
    Sanction,
    SanctionKind,
    sanction_faults,
)
from services.standards.calendar import WorkingDays, end_of_day, local_date


class CaseState(StrEnum):
    """How far a case has come; the last two are final."""

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    DECIDED = "decided"
    DROPPED = "dropped"


HEARD = frozenset({CaseState.ANSWERED, CaseState.UNANSWERED})
"""The organisation has answered, or let its time pass."""
ENDED = frozenset({CaseState.DECIDED, CaseState.DROPPED})
SECRET = frozenset({CaseState.PROPOSED})
"""Before it is notified the organisation is not told of a case."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """For what an organisation is to be kept out: the facts, the clause they offend, and the evidence."""

    kind: SanctionKind
    grounds: str
    clause: str
    document_id: UUID


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a case was decided to: for how many years, under which number and document, and what may be done about it.

    remedy: where and until when the decision may be contested (救济途径).
    """

    years: int
    number: str
    document_id: UUID
    remedy: str


@dataclass(frozen=True, kw_only=True)
class SanctionCase:
    """A case against one organisation. Persons are `per_…`; reply_by: the last local day for an answer.

    reply_ends: the instant (UTC) at which that day is over.
    """

    id: UUID
    organization_id: UUID
    charge: Grounds
    state: CaseState
    proposed_by: str
    proposed_at: datetime
    notified_by: str | None = None
    notified_at: datetime | None = None
    reply_by: date | None = None
    reply_ends: datetime | None = None
    answer: str | None = None
    answer_document_id: UUID | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    ruling: Ruling | None = None
    drop_reason: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long an organisation has for its answer: so many working days of a calendar, in a zone."""

    working_days: int
    calendar: WorkingDays
    zone: str


def notify(case: SanctionCase, patience: Patience, *, by: str, at: datetime) -> SanctionCase:
    """Tell the organisation of the grounds, and until when it may answer: the end of the last of the working days.

    Refusal ``sanction_case.state``, ``calendar.not_loaded``.
    """
    _require(case, CaseState.PROPOSED)
    reply_by = last_day(local_date(at, patience.zone), patience.working_days, patience.calendar)
    ends = end_of_day(reply_by, patience.zone)
    return replace(case, state=CaseState.NOTIFIED, notified_by=by, notified_at=at, reply_by=reply_by, reply_ends=ends)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an organisation says to the grounds, and the document it rests on, if any."""

    text: str
    document_id: UUID | None = None


def answer(case: SanctionCase, given: Answer, *, by: str, at: datetime, also: Sequence[Reason] = ()) -> SanctionCase:
    """Take the organisation's answer while its time runs.

    Refusal ``sanction_case.state``, ``sanction_case.too_late`` though the timer has not yet run, and more.
    """
    late = case.reply_ends is not None and at >= case.reply_ends
    over = [Reason("sanction_case.too_late", rule="an answer comes in time", numbers={"reply_by": str(case.reply_by)})]
    refuse_all([*_state_faults(case, CaseState.NOTIFIED), *(over if late else []), *also])
    return replace(
        case,
        state=CaseState.ANSWERED,
        answer=given.text,
        answer_document_id=given.document_id,
        answered_by=by,
        answered_at=at,
    )


def let_pass(case: SanctionCase) -> SanctionCase:
    """Note that the time for an answer is over. Refusal ``sanction_case.state``."""
    _require(case, CaseState.NOTIFIED)
    return replace(case, state=CaseState.UNANSWERED)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Who decides a case, when (UTC and the local date), beside which sanctions, and what else is wrong."""

    by: str
    at: datetime
    today: date
    known: Sequence[Sanction] = ()
    also: Sequence[Reason] = ()


def decide(case: SanctionCase, ruling: Ruling, bench: Bench, *, sanction_id: UUID) -> tuple[SanctionCase, Sanction]:
    """Keep the organisation out for some years from today, by another person than who proposed it.

    Refusals ``sanction_case.state``, ``sanction_case.same_person``, ``sanction_case.years``, ``sanction.overlap`` and
    more, all at once.
    """
    heard = case.state if case.state in HEARD else CaseState.ANSWERED
    faults = [*_state_faults(case, heard), *_eyes_faults(case.proposed_by, bench.by), *_years_faults(ruling.years)]
    refuse_all(faults + list(bench.also))
    sanction = Sanction(
        id=sanction_id,
        organization_id=case.organization_id,
        kind=case.charge.kind,
        start=bench.today,
        until=years_after(bench.today, ruling.years),
        document_id=ruling.document_id,
        case_id=case.id,
    )
    refuse_all(sanction_faults(sanction, bench.known, today=bench.today))
    decided = replace(case, state=CaseState.DECIDED, decided_by=bench.by, decided_at=bench.at, ruling=ruling)
    return decided, sanction


def drop(case: SanctionCase, reason: str, *, by: str, at: datetime) -> SanctionCase:
    """End a case without a sanction, at any time before it is decided. Refusal ``sanction_case.state``."""
    if case.ended:
        raise Refusal.of(_state_faults(case, CaseState.NOTIFIED))
    return replace(case, state=CaseState.DROPPED, decided_by=by, decided_at=at, drop_reason=reason)


class LiftingState(StrEnum):
    """proposed → approved | rejected; both are final."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Lifting:
    """That a sanction shall end before its last day. refusal: why it was rejected."""

    id: UUID
    sanction_id: UUID
    reason: str
    document_id: UUID
    state: LiftingState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    refusal: str | None = None


def in_force_faults(sanction: Sanction, today: date) -> list[Reason]:
    """List what keeps a sanction from being lifted: it does not hold on this local date."""
    if sanction.lifted_on is None and sanction.period.covers(today):
        return []
    numbers = {"until": str(sanction.period.until), "today": today.isoformat()}
    return [Reason("sanction.not_in_force", rule="only what holds is lifted", numbers=numbers)]


def approve(lifting: Lifting, sanction: Sanction, bench: Bench) -> tuple[Lifting, Sanction]:
    """Lift a sanction today, by another person than who proposed it: yesterday was the last day on which it held.

    Refusals ``sanction_lifting.state``, ``sanction_lifting.same_person``, ``sanction.not_in_force``, all at once.
    """
    same = _eyes_faults(lifting.proposed_by, bench.by, code="sanction_lifting.same_person")
    refuse_all([*_lifting_faults(lifting), *same, *in_force_faults(sanction, bench.today)])
    approved = replace(lifting, state=LiftingState.APPROVED, decided_by=bench.by, decided_at=bench.at)
    return approved, replace(sanction, lifted_on=bench.today)


def reject(lifting: Lifting, reason: str, *, by: str, at: datetime) -> Lifting:
    """Leave a sanction in force. Refusal ``sanction_lifting.state``."""
    refuse_all(_lifting_faults(lifting))
    return replace(lifting, state=LiftingState.REJECTED, decided_by=by, decided_at=at, refusal=reason)


def _lifting_faults(lifting: Lifting) -> list[Reason]:
    if lifting.state is LiftingState.PROPOSED:
        return []
    return [Reason("sanction_lifting.state", rule="a lifting ends once", numbers={"state": lifting.state.value})]


def _eyes_faults(proposed_by: str, by: str, code: str = "sanction_case.same_person") -> list[Reason]:
    return [Reason(code, rule="four_eyes")] if by == proposed_by else []


def _years_faults(years: int) -> list[Reason]:
    if SANCTION_YEARS_LEAST <= years <= SANCTION_YEARS_MOST:
        return []
    numbers = {"least": SANCTION_YEARS_LEAST, "most": SANCTION_YEARS_MOST}
    return [Reason("sanction_case.years", rule="a sanction holds for 1 to 3 years", pointer="/years", numbers=numbers)]


def _state_faults(case: SanctionCase, wanted: CaseState) -> list[Reason]:
    if case.state is wanted:
        return []
    return [Reason("sanction_case.state", rule="states", numbers={"state": case.state.value})]


def _require(case: SanctionCase, wanted: CaseState) -> None:
    refuse_all(_state_faults(case, wanted))
