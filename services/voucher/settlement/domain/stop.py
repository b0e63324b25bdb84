"""Decides what keeps a leg from being paid: who may still stop it, and how a stop ends."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.voucher.settlement.domain.claim import Leg, LegState


class StopKind(StrEnum):
    """Why a leg is kept out of every payout batch (止付)."""

    OBJECTION = "objection"
    RED_LETTER = "red_letter"
    BANK_CHANGE = "bank_change"
    AUDIT_SAMPLE = "audit_sample"
    COURT_ORDER = "court_order"
    BANKRUPTCY = "bankruptcy"
    SANCTION = "sanction"
    NAME_CHANGE = "name_change"
    NO_BUDGET = "no_budget"
    MANUAL = "manual"
    LATE_FACT = "late_fact"


class StopState(StrEnum):
    """live → lifted | upheld; both are final."""

    LIVE = "live"
    LIFTED = "lifted"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop beside one leg; while any is live the leg stays out of a batch. Persons are `per_…`.

    objection_id: the objection it follows, which alone ends it. expected_end: a local date, which ends nothing by
    itself.
    """

    id: UUID
    leg_id: UUID
    kind: StopKind
    reason: str
    set_by: str
    since: datetime
    objection_id: UUID | None = None
    document_id: UUID | None = None
    expected_end: date | None = None
    state: StopState = StopState.LIVE
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless a stop that follows an objection, and no other, names it."""
        if (self.kind is StopKind.OBJECTION) != (self.objection_id is not None):
            raise ValueError(f"a stop of kind {self.kind} with objection {self.objection_id}")


def put(stop: Stop, *, leg: Leg, today: date) -> Stop:
    """Accept a stop on a locked leg, with all that is wrong at once. today: the local date.

    Refusal ``stop.too_late`` when the leg's payout was sent or paid, ``stop.leg_dropped`` when nothing is owed any
    more, ``stop.expected_end`` when its expected end lies in the past.
    """
    faults = leg_faults(leg)
    if stop.expected_end is not None and stop.expected_end < today:
        numbers = {"expected_end": stop.expected_end.isoformat(), "today": today.isoformat()}
        faults.append(Reason("stop.expected_end", pointer="/expected_end", numbers=numbers))
    refuse_all(faults)
    return stop


def leg_faults(leg: Leg) -> list[Reason]:
    """List what is wrong with stopping a leg as it stands: its payout was sent or paid, or nothing is owed on it."""
    faults = []
    if leg.state is LegState.PAID or (leg.state is LegState.IN_PAYMENT and leg.sent_at is not None):
        faults.append(Reason("stop.too_late", rule="stop.before_sending", pointer="/leg_id"))
    if leg.state is LegState.DROPPED:
        faults.append(Reason("stop.leg_dropped", rule="stop.before_sending", pointer="/leg_id"))
    return faults


def lift(stop: Stop, *, by: str, at: datetime, reason: str) -> Stop:
    """Lift a live stop. Refusal ``stop.state``; ``stop.of_objection`` for one that only a decision on it ends."""
    if stop.state is not StopState.LIVE:
        raise Refusal("stop.state", rule="stop.ends_once", numbers={"state": stop.state.value})
    if stop.kind is StopKind.OBJECTION:
        raise Refusal("stop.of_objection", rule="stop.of_objection")
    return ended(stop, StopState.LIFTED, by=by, at=at, reason=reason)


def ended(stop: Stop, state: StopState, *, by: str, at: datetime, reason: str) -> Stop:
    """A live stop as the decision behind it ends it."""
    return replace(stop, state=state, ended_by=by, ended_at=at, end_reason=reason)
