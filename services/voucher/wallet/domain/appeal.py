"""What a party may say against what it was refused, and what becomes of an application: one look by another person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, Scalar, another_person, refuse_all
from services.standards.calendar import WorkingDays
from services.voucher.scheme.domain.allocation import FIRST_COME
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import reviewing
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.notice import CANCELLED
from services.voucher.wallet.domain.reviewing import Said
from services.voucher.wallet.domain.round import OVER
from services.voucher.wallet.domain.states import ApplicationState, RoundState, rankable

DECIDE = "appeal.decide"
"""The task of a reviewer of the application's region who has no earlier part in it."""


class AppealState(StrEnum):
    """filed → upheld | dismissed; both are final."""

    FILED = "filed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a party says against what it was refused."""

    grounds: str
    document_id: UUID | None
    client_ref: str | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """How an appeal is decided, and why: words that its party reads."""

    state: AppealState
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An appeal against the refusal, at one instant, of an application or of a claim to an award.

    due_at: when its decision is overdue; it does not lapse. Instants are UTC.
    """

    id: UUID
    subject_id: UUID
    refused_at: datetime
    grounds: str
    document_id: UUID | None
    client: str
    client_ref: str | None
    filed_by: str
    filed_at: datetime
    due_at: datetime | None
    state: AppealState = AppealState.FILED
    decided_by: str | None = None
    decided_at: datetime | None = None
    words: str | None = None

    def decided(self, ruling: Ruling, *, by: str, at: datetime, decided_before: Collection[str]) -> "Appeal":
        """This appeal, upheld or dismissed with words by somebody who has no earlier part in the case.

        Refusals ``appeal.state``, ``appeal.took_part``.
        """
        if self.state is not AppealState.FILED:
            raise Refusal("appeal.state", rule="decided_once", numbers={"state": self.state.value})
        another_person(by, than=[self.filed_by, *decided_before], otherwise="appeal.took_part")
        return replace(self, state=ruling.state, decided_by=by, decided_at=at, words=ruling.words)


def may_appeal(application: Application, scheme: Scheme, calendar: WorkingDays, *, at: datetime) -> datetime:
    """The instant of the refusal that may be appealed now. Refusals ``appeal.not_refused``, ``appeal.not_offered``,
    ``appeal.too_late``.
    """
    refused_at = application.decided_at
    called_off = any(reason.code == CANCELLED for reason in application.reasons)
    if application.state is not ApplicationState.REJECTED or refused_at is None or called_off:
        raise Refusal("appeal.not_refused", numbers={"state": application.state.value})
    if scheme.applications is None:
        raise Refusal("appeal.not_offered", rule="applications.appeal_within")
    within = scheme.applications.appeal_within
    until = reviewing.end_of(within, scheme, calendar, at=refused_at)
    if at >= until:
        numbers: dict[str, Scalar] = {"until": until.isoformat(), "working_days": within.value}
        refuse_all([Reason("appeal.too_late", "applications.appeal_within", None, numbers, within.source)])
    return refused_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an upheld appeal finds: the round's state now, what was said in review, and whether some are still served.

    serving: the first allocation still has somebody to serve; review_due: when the reviewers of a stage would be due.
    """

    scheme: Scheme
    round_state: RoundState
    said: Sequence[Said]
    serving: bool
    review_due: datetime | None
    at: datetime


def reinstated(application: Application, ground: Ground) -> Application:
    """A refused application, back where it was, with its number: at its stage of review, in the queue, or in line.

    Once the allocation is over it is told that it was not served.
    """
    back = replace(application, reasons=(), decided_at=None)
    if ground.round_state in OVER:
        return replace(back, state=ApplicationState.UNSERVED, decided_at=ground.at)
    if application.rank is not None and ground.scheme.allocation.method.value != FIRST_COME:
        return back.decided(_in_line(ground), at=ground.at)
    if ground.said and application.rank is None:
        again = back.at_stage(ground.said[-1].stage, due_at=ground.review_due)
        return replace(again, turn=back.turn + 1)
    (state,) = rankable(ground.scheme)
    return replace(back, state=state, rank=None)


def behind(application: Application, ground: Ground, *, rank: int) -> Application:
    """An application whose review ended when the others were ranked already: behind the last of them."""
    return replace(application, rank=rank).decided(_in_line(ground), at=ground.at)


def _in_line(ground: Ground) -> ApplicationState:
    waits = ground.scheme.allocation.waiting_list.value and not ground.serving
    return ApplicationState.WAITLISTED if waits else ApplicationState.APPROVED
