"""Decides the life of one space's assessment: report, return, review, objection, second look, publication."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, another_person, refuse_all
from services.registry.assessment.domain.consequence import Consequence
from services.registry.assessment.domain.figure import Figure, Ruling, missing_faults, ruled, ruling_faults
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.domain.scoring import Grade, judge
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults


class AssessmentState(StrEnum):
    """open → reported ⇄ returned (once) → reviewed → announced → (objected → decided) → published.

    Whoever does not report is unreported, which is announced like a reviewed one. cancelled goes with its campaign.
    """

    OPEN = "open"
    REPORTED = "reported"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    UNREPORTED = "unreported"
    ANNOUNCED = "announced"
    OBJECTED = "objected"
    DECIDED = "decided"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


JUDGED = frozenset({AssessmentState.REVIEWED, AssessmentState.UNREPORTED})
STANDS = frozenset({AssessmentState.ANNOUNCED, AssessmentState.DECIDED})
SHOWS_RESULT = STANDS | {AssessmentState.OBJECTED, AssessmentState.PUBLISHED}
"""The states in which the space is told what it came to."""
RETURNED_AT_MOST = timedelta(days=30)
"""How long a correction may take: the campaign waits for it."""
OVER = frozenset({AssessmentState.PUBLISHED, AssessmentState.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One space's assessment for a year. ``round`` counts the sets of figures; the last one stands.

    ``unreported``: it failed because it did not report. Persons are references.
    """

    id: UUID
    campaign_id: UUID
    space_id: UUID
    year: int
    state: AssessmentState = AssessmentState.OPEN
    round: int = 0
    figures: tuple[Figure, ...] = ()
    score: int | None = None
    grade: Grade | None = None
    unreported: bool = False
    return_reason: str | None = None
    returned_until: date | None = None
    reported_by: str | None = None
    reviewed_by: str | None = None
    objection: str | None = None
    objection_document_id: UUID | None = None
    decided_by: str | None = None
    upheld: bool | None = None
    decision: str | None = None
    consequence: Consequence | None = None

    def with_figures(self, figures: Sequence[Figure]) -> "Assessment":
        """Give the same with another set of figures."""
        return replace(self, figures=tuple(figures), round=self.round + 1)


def report(assessment: Assessment, figures: Sequence[Figure], *, by: str, closes_on: date, today: date) -> Assessment:
    """Take a space's report, or its correction of one that was returned, until the last day for it.

    Refusal ``assessment.state``, ``assessment.closed``.
    """
    refuse_all(state_faults(assessment, {AssessmentState.OPEN, AssessmentState.RETURNED}, "report"))
    last_day = assessment.returned_until or closes_on
    refuse_all(_closed_faults(today, last_day))
    return replace(assessment.with_figures(figures), state=AssessmentState.REPORTED, reported_by=by)


def give_back(assessment: Assessment, *, reason: str, until: date, today: date) -> Assessment:
    """Return a report for correction, once, until a day. Refusal with all faults: state, reason, day, a second time."""
    refuse_all(
        [
            *state_faults(assessment, {AssessmentState.REPORTED}, "return"),
            *name_faults(reason, "/reason", limit=TEXT_LENGTH),
            *_once_faults(assessment),
            *_until_faults(until, today),
        ]
    )
    return replace(assessment, state=AssessmentState.RETURNED, return_reason=reason, returned_until=until)


def lapse(assessment: Assessment) -> Assessment:
    """Let the report as first sent stand: its correction did not come in time. Refusal ``assessment.state``."""
    refuse_all(state_faults(assessment, {AssessmentState.RETURNED}, "lapse"))
    return replace(assessment, state=AssessmentState.REPORTED)


def miss(assessment: Assessment, figures: Sequence[Figure]) -> Assessment:
    """Fail a space that did not report by the last day, without points. Refusal ``assessment.state``.

    figures: what is counted here, for whoever decides on an objection.
    """
    refuse_all(state_faults(assessment, {AssessmentState.OPEN}, "miss"))
    state = AssessmentState.UNREPORTED
    return replace(assessment.with_figures(figures), state=state, unreported=True, score=0, grade=Grade.FAIL)


def review(assessment: Assessment, system: SystemFacts, rulings: Sequence[Ruling], *, by: str) -> Assessment:
    """Accept or correct each figure, and score them; by another person than reported them.

    Refusal ``assessment.state`` and all faults of the rulings, ``assessment.same_person``.
    """
    faults = ruling_faults(system, rulings, every=True)
    refuse_all([*state_faults(assessment, {AssessmentState.REPORTED}, "review"), *faults])
    another_person(by, than=[assessment.reported_by], otherwise="assessment.same_person")
    return replace(_scored(assessment, system, rulings), state=AssessmentState.REVIEWED, reviewed_by=by)


def announce(assessment: Assessment) -> Assessment:
    """Tell the space its result. Refusal ``assessment.state``."""
    refuse_all(state_faults(assessment, JUDGED, "announce"))
    return replace(assessment, state=AssessmentState.ANNOUNCED)


def object_to(
    assessment: Assessment, *, text: str, document_id: UUID | None, until: date | None, today: date
) -> Assessment:
    """Take a space's objection, once, until the last day for it. Refusal ``assessment.state``, ``assessment.closed``.

    until: None as long as nothing is announced, which the state refuses.
    """
    refuse_all(
        [
            *state_faults(assessment, {AssessmentState.ANNOUNCED}, "object"),
            *name_faults(text, "/reason", limit=TEXT_LENGTH),
            *([] if until is None else _closed_faults(today, until)),
        ]
    )
    state = AssessmentState.OBJECTED
    return replace(assessment, state=state, objection=text, objection_document_id=document_id)


def uphold(
    assessment: Assessment, system: SystemFacts, rulings: Sequence[Ruling], *, reason: str, by: str
) -> Assessment:
    """Grant an objection by correcting figures, and score them again; by another person than reported or reviewed them.

    Of a space that did not report, every figure that is not counted here must be given.
    Refusal ``assessment.state``, ``assessment.same_person``, ``assessment.worse`` (nobody is worse off for having
    objected), and all faults of reason and rulings.
    """
    refuse_all(
        [
            *_decidable(assessment, reason),
            *ruling_faults(system, rulings, every=False),
            *missing_faults(ruled(assessment.figures, rulings)),
            *_nothing_faults(rulings),
        ]
    )
    another_person(by, than=[assessment.reported_by, assessment.reviewed_by], otherwise="assessment.same_person")
    again = replace(_scored(assessment, system, rulings), unreported=False)
    refuse_all(_worse_faults(assessment, again))
    return _decided(again, reason, by, upheld=True)


def overrule(assessment: Assessment, *, reason: str, by: str) -> Assessment:
    """Let the result stand; by another person than reported or reviewed it. Refusals as in `uphold`."""
    refuse_all(_decidable(assessment, reason))
    another_person(by, than=[assessment.reported_by, assessment.reviewed_by], otherwise="assessment.same_person")
    return _decided(assessment, reason, by, upheld=False)


def publish(assessment: Assessment, outcome: Consequence) -> Assessment:
    """Put a result into force. Refusal ``assessment.state``: an objection is still to be decided, for one."""
    refuse_all(state_faults(assessment, STANDS, "publish"))
    return replace(assessment, state=AssessmentState.PUBLISHED, consequence=outcome)


def cancel(assessment: Assessment) -> Assessment:
    """Give an assessment up with its campaign; what it had come to counts for nothing. Refusal ``assessment.state``."""
    refuse_all(state_faults(assessment, set(AssessmentState) - OVER, "cancel"))
    return replace(assessment, state=AssessmentState.CANCELLED)


def help_faults(assessment: Assessment) -> list[Reason]:
    """List what is wrong with recording help: nobody was warned."""
    if assessment.consequence is Consequence.WARNING:
        return []
    return [Reason("assessment.not_warned", rule="help follows a warning")]


def state_faults(assessment: Assessment, allowed: Collection[AssessmentState], verb: str) -> list[Reason]:
    """List what is wrong with an act: the assessment's state does not allow it."""
    if assessment.state in allowed:
        return []
    numbers = {"state": assessment.state.value, "verb": verb}
    return [Reason("assessment.state", rule="the life cycle of an assessment", numbers=numbers)]


def _scored(assessment: Assessment, system: SystemFacts, rulings: Sequence[Ruling]) -> Assessment:
    result = judge(system, ruled(assessment.figures, rulings))
    return replace(assessment.with_figures(result.figures), score=result.score, grade=result.grade)


def _decidable(assessment: Assessment, reason: str) -> list[Reason]:
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    return [*state_faults(assessment, {AssessmentState.OBJECTED}, "decide"), *faults]


def _decided(assessment: Assessment, reason: str, by: str, *, upheld: bool) -> Assessment:
    return replace(assessment, state=AssessmentState.DECIDED, decision=reason, decided_by=by, upheld=upheld)


def _closed_faults(today: date, last_day: date) -> list[Reason]:
    if today <= last_day:
        return []
    numbers = {"until": last_day.isoformat()}
    return [Reason("assessment.closed", rule="the last day is the last day", numbers=numbers)]


def _once_faults(assessment: Assessment) -> list[Reason]:
    if assessment.returned_until is None:
        return []
    return [Reason("assessment.returned", rule="a report is returned once")]


def _until_faults(until: date, today: date) -> list[Reason]:
    latest = today + RETURNED_AT_MOST
    if today < until <= latest:
        return []
    rule = "a correction is given time until a later day, and not for ever"
    numbers = {"today": today.isoformat(), "latest": latest.isoformat()}
    return [Reason("assessment.return_day", rule=rule, pointer="/until", numbers=numbers)]


def _nothing_faults(rulings: Sequence[Ruling]) -> list[Reason]:
    if any(one.value is not None for one in rulings):
        return []
    return [Reason("assessment.nothing_corrected", rule="an objection is granted by figures", pointer="/figures")]


def _worse_faults(before: Assessment, after: Assessment) -> list[Reason]:
    if (before.score or 0) <= (after.score or 0) and (after.grade is not Grade.FAIL or before.grade is Grade.FAIL):
        return []
    numbers = {"before": before.score, "after": after.score}
    return [Reason("assessment.worse", rule="an objection does not make it worse", pointer="/figures", numbers=numbers)]
