"""Decides how a provider's certificate, such as CMA or CNAS, is confirmed, and on which days it counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown
from services.registry.catalogue.domain.period import Period, period_faults
from services.standards import resident_card
from services.standards.resident_card import ResidentCardFault

KIND_LENGTH, NUMBER_LENGTH = 40, 80


class QualificationState(StrEnum):
    """sent → confirmed → ended, or sent → rejected."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ENDED = "ended"


LIVE = frozenset({QualificationState.SENT, QualificationState.CONFIRMED})


@dataclass(frozen=True)
class Qualification:
    """A certificate as its holder sent it and a reviewer judged it; ``ended_on`` is its last day if it ended early.

    reminds_at: when its holder is asked for the next one (UTC); None when nobody waits for that.
    """

    id: UUID
    provider_id: UUID
    kind: str
    number: str
    issuer: str
    period: Period
    document_id: UUID
    sent_by: str
    state: QualificationState = QualificationState.SENT
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    ended_on: date | None = None
    reminds_at: datetime | None = None

    def carries(self, day: date) -> bool:
        """Whether an admission may rest on it on a day."""
        return self.state is QualificationState.CONFIRMED and self.period.covers(day)


def qualification_faults(sent: Qualification, known: Iterable[Qualification], *, today: date) -> list[Reason]:
    """List all that is wrong with a certificate that is sent: texts, dates, one that is over, the same one twice."""
    over = [Reason("qualification.over", rule="a certificate ends today or later", pointer="/until")]
    return [
        *name_faults(sent.kind, "/kind", limit=KIND_LENGTH),
        *name_faults(sent.number, "/number", limit=NUMBER_LENGTH),
        *_number_faults(sent.number),
        *name_faults(sent.issuer, "/issuer"),
        *period_faults(sent.period),
        *(over if sent.period.ended_before(today) else []),
        *_overlap_faults(sent, known),
    ]


def confirm(qualification: Qualification, *, by: str, at: datetime) -> Qualification:
    """Take a certificate as true. Refusal ``qualification.state``, ``qualification.same_person``."""
    _decidable(qualification, by, "confirm")
    return replace(qualification, state=QualificationState.CONFIRMED, decided_by=by, decided_at=at)


def reject(qualification: Qualification, *, by: str, at: datetime, reason: str) -> Qualification:
    """Reject a certificate with a reason. Refusals as in `confirm`, and the faults of the reason."""
    refuse_all(name_faults(reason, "/reason", limit=TEXT_LENGTH))
    _decidable(qualification, by, "reject")
    return replace(qualification, state=QualificationState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def end(qualification: Qualification, *, today: date, reason: str) -> Qualification:
    """End a confirmed certificate before its time, such as one that was struck off; today is its last day.

    Refusal ``qualification.state``, with the faults of the reason.
    """
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    refuse_all([*faults, *_state_faults(qualification, QualificationState.CONFIRMED, "end")])
    return replace(qualification, state=QualificationState.ENDED, reason=reason, ended_on=today, reminds_at=None)


def _decidable(qualification: Qualification, by: str, verb: str) -> None:
    refuse_all(_state_faults(qualification, QualificationState.SENT, verb))
    if by == qualification.sent_by:
        raise Refusal("qualification.same_person", rule="four_eyes")


def _state_faults(qualification: Qualification, allowed: QualificationState, verb: str) -> list[Reason]:
    if qualification.state is allowed:
        return []
    numbers = {"state": qualification.state.value, "verb": verb}
    return [Reason("qualification.state", rule="the life cycle of a qualification", numbers=numbers)]


def _number_faults(number: str) -> list[Reason]:
    """A number of a person's identity card is kept with persons only, where it is encrypted and can be erased."""
    try:
        resident_card.check(number)
    except ResidentCardFault:
        return []
    rule = "identity numbers are kept with persons only"
    return [Reason("qualification.identity_number", rule=rule, pointer="/number")]


def _overlap_faults(sent: Qualification, known: Iterable[Qualification]) -> list[Reason]:
    for other in known:
        same = (other.kind, other.number) == (sent.kind, sent.number)
        if same and other.state in LIVE and other.period.overlaps(sent.period):
            numbers = {"id": shown("qua", other.id)}
            rule = "one certificate is sent once"
            return [Reason("qualification.overlap", rule=rule, pointer="/number", numbers=numbers)]
    return []
