"""What a published notice does to a round: it pauses, resumes, prolongs or repeats its window, for a reason."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all
from services.standards.calendar import end_of_day
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import RoundState

CANCELLED = "round.cancelled"
"""Why an application is turned down whose round was called off; no reviewer gives it, so nobody appeals it."""

DECIDE_WITHIN = timedelta(days=2)
"""How long a proposed notice may wait before its task is overdue; it does not lapse."""


class NoticeKind(StrEnum):
    """What a notice does: applications rest, go on, may come longer or again, or the round is called off."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    REPEAT = "repeat"
    CANCEL = "cancel"


class NoticeState(StrEnum):
    """proposed → published | rejected; both are final."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice on a round. document: the number of the paper; the texts say why, as everybody reads it.

    opens_at and closes_at (UTC) are the window that it sets, closes_at itself no longer part of it; allocate_until is
    the new last local day of the allocation. Persons are `per_…`; two stand behind every notice.
    """

    id: UUID
    round_id: UUID
    kind: NoticeKind
    document: str
    text_zh: str
    text_en: str
    proposed_by: str
    proposed_at: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    allocate_until: date | None = None
    state: NoticeState = NoticeState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person is overdue (UTC)."""
        return self.proposed_at + DECIDE_WITHIN

    def decided(self, state: NoticeState, *, by: str, at: datetime) -> "Notice":
        """This notice, published or rejected by another person. Refusals ``notice.state``, ``notice.same_person``."""
        if self.state is not NoticeState.PROPOSED:
            raise Refusal("notice.state", rule="decided_once", numbers={"state": self.state})
        another_person(by, than=[self.proposed_by], otherwise="notice.same_person")
        return replace(self, state=state, decided_by=by, decided_at=at)

    def reason(self) -> Reason:
        """What an application is told that comes while the round is paused, or had come before the round was cancelled:
        the words of the notice.
        """
        numbers = {"document": self.document, "text_zh": self.text_zh, "text_en": self.text_en}
        code = CANCELLED if self.kind is NoticeKind.CANCEL else "round.paused"
        return Reason(code, rule="allocation.window", numbers=numbers, clause=self.document)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a notice finds. under_way: whether who applied in the window is being drawn or ranked; issued: whether the
    round ever issued anything.
    """

    under_way: bool = False
    issued: bool = False


def apply(notice: Notice, of: Round, ground: Ground, *, zone: str, at: datetime) -> Round:
    """The round once a notice is published at an instant (UTC); its results' date is left to whoever has the calendar.

    Refusals, all at once: ``round.finished``, ``notice.not_now`` (nothing to pause, resume, prolong, repeat
    or cancel), ``notice.ranking`` (who applied first is ranked
    before anybody who applies in a window that comes again),
    ``notice.past`` (the new window is over), ``notice.not_later`` (an extension shortens), ``notice.order``,
    ``notice.other_year`` (the budget is that of one year).
    """
    of.require_standing(at)
    refuse_all(
        [
            *_not_now(notice, of, issued=ground.issued, at=at),
            *_ranking(notice, of, under_way=ground.under_way),
            *_dates(notice, of, zone=zone, at=at),
        ]
    )
    if notice.kind is NoticeKind.PAUSE:
        return replace(of, state=RoundState.PAUSED, resumes_to=of.state)
    if notice.kind is NoticeKind.RESUME:
        return replace(of, state=of.resumes_to or of.state, resumes_to=None)
    if notice.kind is NoticeKind.CANCEL:
        return replace(of, state=RoundState.CANCELLED, resumes_to=None)
    moved = _moved(notice, of, zone=zone)
    # who applies in a second window is ranked behind everybody who was ranked after the first one
    if notice.kind is NoticeKind.REPEAT:
        return replace(moved, state=RoundState.PUBLISHED, window_turn=of.window_turn + 1)
    return moved


def _not_now(notice: Notice, of: Round, *, issued: bool, at: datetime) -> list[Reason]:
    over = at >= of.closes_at
    running = of.state in {RoundState.PUBLISHED, RoundState.RUNNING}
    before_ranking = RoundState.PUBLISHED in {of.state, of.resumes_to}
    fits = {
        NoticeKind.PAUSE: running,
        NoticeKind.RESUME: of.state is RoundState.PAUSED,
        # a window that is over is not prolonged: whoever came too late would come in time
        NoticeKind.EXTEND: of.state is not RoundState.DRAFT
        and (notice.closes_at is None or (before_ranking and not over)),
        NoticeKind.REPEAT: running and over,
        NoticeKind.CANCEL: not issued,
    }
    if fits[notice.kind]:
        return []
    numbers = {"kind": notice.kind, "state": of.state, "closes_at": of.closes_at.isoformat()}
    return [Reason("notice.not_now", rule="allocation.window", numbers=numbers)]


def _ranking(notice: Notice, of: Round, *, under_way: bool) -> list[Reason]:
    """A window comes again before anybody is drawn or ranked, or once all are."""
    if notice.kind is not NoticeKind.REPEAT or of.state is not RoundState.PUBLISHED or of.first_come or not under_way:
        return []
    return [Reason("notice.ranking", rule="allocation.window", numbers={"window_turn": of.window_turn})]


def _dates(notice: Notice, of: Round, *, zone: str, at: datetime) -> list[Reason]:
    found = []
    moved = _moved(notice, of, zone=zone)
    if notice.closes_at is not None and notice.closes_at <= at:
        found.append(Reason("notice.past", pointer="/closes_at", numbers={"now": at.isoformat()}))
    for name in ("closes_at", "allocate_until"):
        if getattr(moved, name) < getattr(of, name):
            numbers = {"stands": getattr(of, name).isoformat()}
            found.append(Reason("notice.not_later", pointer=f"/{name}", numbers=numbers))
    if not moved.opens_at < moved.closes_at <= moved.allocate_until_ends:
        numbers = {"allocate_until": moved.allocate_until.isoformat()}
        found.append(Reason("notice.order", pointer="/closes_at", numbers=numbers))
    if moved.fiscal_year != of.fiscal_year:
        found.append(Reason("notice.other_year", pointer="/allocate_until", numbers={"year": of.fiscal_year}))
    return found


def _moved(notice: Notice, of: Round, *, zone: str) -> Round:
    until = notice.allocate_until or of.allocate_until
    return replace(
        of,
        opens_at=notice.opens_at or of.opens_at,
        closes_at=notice.closes_at or of.closes_at,
        allocate_until=until,
        allocate_until_ends=end_of_day(until, zone),
    )
