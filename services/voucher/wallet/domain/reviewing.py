"""How reviewers decide an application, stage by stage: passed on, refused for a listed reason, or returned once.

Where a second review is drawn, two reviewers answer the last stage without knowing of each other, and a third decides
where they differ. Behind the reviewers stands the draw of an audit sample, and for who is in it an inspection.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, Scalar
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day, local_date
from services.voucher.scheme.domain.allocation import BATCH_REVIEW
from services.voucher.scheme.domain.applications import Applications
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.sampling import SampleKind
from services.voucher.wallet.domain.states import DRAW, INSPECTION, ApplicationState

HUNDREDTHS = 100
"""Points are given in whole ones and kept in hundredths, so that the mean of two is exact."""


class Answer(StrEnum):
    """What a reviewer may say to an application."""

    APPROVE = "approve"
    REFUSE = "refuse"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A reviewer's word. reason: of the scheme's closed list; words: to the party; points: 0 to 100, for a batch."""

    answer: Answer
    reason: str | None = None
    words: str | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one reviewer said at one stage, never changed. seat: the how manieth he was there, in which turn."""

    id: UUID
    application_id: UUID
    turn: int
    stage: str
    seat: int
    answer: Answer
    reason: str | None
    words: str | None
    points: int | None
    person: str
    at: datetime
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A locked application under review with its scheme, and what reviewers have said to it, oldest first.

    samples: whether the draws that it was in picked it, by kind; who was in none of a kind is not named. at: UTC.
    ruled: who decided its appeals.
    """

    application: Application
    scheme: Scheme
    said: Sequence[Said]
    samples: Mapping[SampleKind, bool]
    calendar: WorkingDays
    at: datetime
    ruled: frozenset[str] = frozenset()

    @property
    def asks(self) -> Applications:
        """What the scheme asks of applications. ValueError for one that asks nothing: it has no review."""
        if self.scheme.applications is None:
            raise ValueError(f"{self.scheme.id} reviews no applications")
        return self.scheme.applications

    @property
    def stage(self) -> str:
        """Where it stands; nothing when it does not stand in review."""
        return self.application.stage or ""

    @property
    def is_last(self) -> bool:
        """Whether the reviewers of this stage are the last ones."""
        return self.asks.review.value[-1:] == (self.stage,)

    @property
    def votes(self) -> list[Said]:
        """What decides, of this turn at this stage."""
        return [one for one in self.said if (one.turn, one.stage) == (self.application.turn, self.stage)]

    @property
    def is_blind(self) -> bool:
        """Whether two reviewers answer here without knowing of each other: drawn, at the last stage, undecided yet."""
        decided = any(
            one.stage == self.stage and one.turn < self.application.turn and _decides(one) for one in self.said
        )
        return self.is_last and self.samples.get(SampleKind.SECOND_REVIEW, False) and not decided

    @property
    def waits_for_draw(self) -> bool:
        """Whether the last stage must not be answered before the second reviews are drawn."""
        return self.is_last and self.asks.second_review is not None and SampleKind.SECOND_REVIEW not in self.samples


def _decides(one: Said) -> bool:
    return one.answer is not Answer.RETURN


def faults(case: Case, word: Word, *, person: str, own_stage: str | None, state: ApplicationState) -> Iterator[Reason]:
    """Every reason why this may not be said now by this person: state, stage, four eyes, then what is said.

    state: the application's at this instant, whether or not a timer has run.
    """
    if state is not ApplicationState.IN_REVIEW or case.stage == DRAW:
        yield Reason("application.not_in_review", "applications.review", numbers={"state": state.value})
        return
    if case.stage not in (own_stage, INSPECTION):
        yield Reason("application.other_stage", "applications.review", numbers={"stage": case.stage})
    if took_part(case, person):
        yield Reason("application.took_part", "four_eyes")
    if case.waits_for_draw:
        rule = case.asks.second_review
        yield Reason("application.draw_first", "applications.second_review", clause=rule.source if rule else None)
    yield from _FAULTS[word.answer](case, word)


def took_part(case: Case, person: str) -> bool:
    """Whether a person has a part in the case: he made it, decided on it, or on an appeal that brought it back. Who
    asked for the correction of this very stage may read the answer: to ask is no decision.
    """
    asked = {one.person for one in case.said if _decides(one) or one.stage != case.stage}
    return person in asked | case.ruled or person == case.application.created_by


def _approval(case: Case, word: Word) -> Iterator[Reason]:
    wants = case.is_last and case.scheme.allocation.method.value == BATCH_REVIEW
    if wants and word.points is None:
        yield Reason(
            "application.points_missing", "allocation.method", "/points", {}, case.scheme.allocation.method.source
        )
    if not wants and word.points is not None:
        yield Reason("application.points_unasked", "allocation.method", "/points")
    if word.reason is not None:
        yield Reason("application.reason_unasked", "applications.refusal_reasons", "/reason")


def _refusal(case: Case, word: Word) -> Iterator[Reason]:
    rule = case.asks.refusal_reasons
    if word.reason not in rule.value:
        numbers = {"reasons": ", ".join(rule.value)}
        yield Reason("application.reason_unlisted", "applications.refusal_reasons", "/reason", numbers, rule.source)
    yield from _worded(word)


def _return(case: Case, word: Word) -> Iterator[Reason]:
    rule = case.asks.correction_within
    asked = any(one.answer is Answer.RETURN and one.stage == case.stage for one in case.said)
    if asked or case.votes or case.stage == INSPECTION:
        yield Reason("application.returned_before", "applications.correction_within", "/answer", {}, rule.source)
    if word.reason is not None:
        yield Reason("application.reason_unasked", "applications.refusal_reasons", "/reason")
    yield from _worded(word)


def _worded(word: Word) -> Iterator[Reason]:
    if word.words is None:
        yield Reason("application.words_missing", "applications.review", "/words")
    if word.points is not None:
        yield Reason("application.points_unasked", "allocation.method", "/points")


_FAULTS = {Answer.APPROVE: _approval, Answer.REFUSE: _refusal, Answer.RETURN: _return}


def due(case: Case, within: Rule[int]) -> datetime:
    """The end of the n-th working day from now (UTC). Refusal ``round.calendar_not_loaded``."""
    return end_of(within, case.scheme, case.calendar, at=case.at)


def end_of(within: Rule[int], scheme: Scheme, calendar: WorkingDays, *, at: datetime) -> datetime:
    """The end of the n-th working day from an instant on (UTC). Refusal ``round.calendar_not_loaded``."""
    try:
        return end_of_day(calendar.add(local_date(at, scheme.zone), within.value), scheme.zone)
    except CalendarNotLoaded as missing:
        raise Refusal("round.calendar_not_loaded", numbers={"year": missing.year}) from missing


def entered(case: Case) -> Application:
    """A submitted application, at the first stage. Refusal ``round.calendar_not_loaded``."""
    stages = (*case.asks.review.value, DRAW)
    return case.application.at_stage(stages[0], due_at=due(case, case.asks.review_within))


def review(case: Case, word: Word, *, said: Said) -> Application:
    """What a word without faults makes of an application; unchanged while a second or third reviewer is awaited.

    said: the same word as it is kept. Refusal ``round.calendar_not_loaded``.
    """
    if word.answer is Answer.RETURN:
        return case.application.returned(due_at=due(case, case.asks.correction_within))
    votes = [*case.votes, said]
    if case.is_blind and not _settled(votes):
        return case.application.at_stage(case.stage, due_at=due(case, case.asks.review_within))
    if word.answer is Answer.REFUSE:
        return case.application.rejected([_refused(case, word)], at=case.at)
    return _passed(case, votes)


def _settled(votes: Sequence[Said]) -> bool:
    """Whether two agree, or a third has spoken."""
    return len({one.answer for one in votes}) < len(votes)


def _refused(case: Case, word: Word) -> Reason:
    rule = case.asks.refusal_reasons
    numbers = {"stage": case.stage, "reason": word.reason, "words": word.words}
    return Reason("application.refused", "applications.refusal_reasons", None, numbers, rule.source)


def _passed(case: Case, votes: Sequence[Said]) -> Application:
    scored = replace(case.application, points=_points(votes)) if case.is_last else case.application
    stage = _next_stage(case)
    if stage is None:
        return scored.reviewed()
    return scored.at_stage(stage, due_at=due(case, case.asks.review_within))


def _points(votes: Sequence[Said]) -> int | None:
    given = [one.points for one in votes if one.points is not None]
    return sum(given) * HUNDREDTHS // len(given) if given else None


def _next_stage(case: Case) -> str | None:
    """The stage behind this one: the next reviewers, the draw, the inspection of who was drawn, or none."""
    stages = case.asks.review.value
    if case.stage in stages[:-1]:
        return stages[stages.index(case.stage) + 1]
    if case.asks.audit_sample is None or case.stage == INSPECTION:
        return None
    return sampled(case) if SampleKind.AUDIT in case.samples else DRAW


def sampled(case: Case) -> str | None:
    """The stage of whoever was in the draw: an inspection for those in the sample, none for the others."""
    inspected = any(one.stage == INSPECTION for one in case.said)
    return INSPECTION if case.samples[SampleKind.AUDIT] and not inspected else None


def drawn(case: Case) -> Application:
    """An application that waited for the draw of the audit sample, after it: inspected next, or through its review."""
    stage = sampled(case)
    if stage is None:
        return case.application.reviewed()
    return case.application.at_stage(stage, due_at=due(case, case.asks.review_within))


def corrected(case: Case, *, state: ApplicationState) -> Application:
    """A returned application that its party corrected, back at its stage. Refusal ``application.not_returned``."""
    if state is not ApplicationState.RETURNED:
        raise Refusal("application.not_returned", numbers={"state": state.value})
    back = case.application.at_stage(case.stage, due_at=due(case, case.asks.review_within))
    return replace(back, turn=back.turn + 1)


def unanswered(case: Case) -> Application:
    """A returned application of which nobody was heard in time: rejected as of the end of it."""
    rule = case.asks.correction_within
    numbers: dict[str, Scalar] = {"stage": case.stage, "working_days": rule.value}
    reason = Reason("application.no_answer", "applications.correction_within", None, numbers, rule.source)
    return case.application.rejected([reason], at=case.at)


def visible(case: Case, *, person: str) -> list[Said]:
    """What a reviewer may read of what was said: not a first answer that waits for a second, unless it is his own."""
    open_answers = case.votes if case.application.state is ApplicationState.IN_REVIEW and case.is_blind else []
    if len(open_answers) != 1 or open_answers[0].person == person:
        return list(case.said)
    return [one for one in case.said if one is not open_answers[0]]
