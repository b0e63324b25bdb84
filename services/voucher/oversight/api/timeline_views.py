"""Decides how the course of a claim is shown: stages, queue, disclosure and payment of each line."""

from services.chassis.models import Day, Instant, Money, StrictModel
from services.voucher.oversight.api.names import ClaimId, ClaimLineId, DisclosureId, PayoutId
from services.voucher.oversight.domain.timeline import Stage, State
from services.voucher.oversight.operations.timelines import TimedLine, Timeline
from services.voucher.payout.domain.payout import Payout, PayoutState


class StageView(StrictModel):
    """One stage of the way. due_on: the last local day for it; breached: it took, or takes, longer than that.

    stage: of a review, whose. left_at is null for the one that lasts; age_days: whole days spent in it.
    """

    state: State
    stage: str | None
    entered_at: Instant
    due_on: Day | None
    due_at: Instant | None
    left_at: Instant | None
    age_days: int
    breached: bool
    reason: str | None


class PublishedView(StrictModel):
    """The public list that names the line. objected: an objection against it lives, and holds it up."""

    disclosure_id: DisclosureId
    closes_on: Day
    closes_at: Instant
    objected: bool


class PaymentView(StrictModel):
    """One payment. It is in a batch until sent_at; paid_on, returned_on: when the bank booked it, and took it back."""

    payout_id: PayoutId
    reference: str
    amount: Money
    state: PayoutState
    sent_at: Instant | None
    paid_on: Day | None
    returned_on: Day | None


class TimedLineView(StrictModel):
    """A claim line from submission to payment, as it stands now, whether or not the timers due have run.

    queue_ahead: how many lines its reviewers have before it, null when it is not in review. payment_expected_by is
    known once the line is disclosed, and then assumes that nobody objects.
    """

    line: int
    claim_line_id: ClaimLineId
    state: State
    stages: list[StageView]
    queue_ahead: int | None
    disclosure: PublishedView | None
    payment_expected_by: Day | None
    payments: list[PaymentView]


class TimelineView(StrictModel):
    """A claim as of one moment, of those lines that the reader may see."""

    claim_id: ClaimId
    at: Instant
    lines: list[TimedLineView]


def timeline_view(timeline: Timeline) -> TimelineView:
    """A claim's course as shown."""
    return TimelineView(
        claim_id=timeline.claim_id, at=timeline.at, lines=[_line_view(timed) for timed in timeline.lines]
    )


def _line_view(timed: TimedLine) -> TimedLineView:
    line, stages = timed.course.line, timed.course.stages
    return TimedLineView(
        line=line.number,
        claim_line_id=line.id,
        state=stages[-1].entered.state,
        stages=[_stage_view(stage) for stage in stages],
        queue_ahead=timed.ahead,
        disclosure=_published_view(timed),
        payment_expected_by=timed.course.payment_expected_by,
        payments=[_payment_view(payout) for payout in timed.payouts],
    )


def _stage_view(stage: Stage) -> StageView:
    entered = stage.entered
    return StageView(
        state=entered.state,
        stage=entered.stage,
        entered_at=entered.at,
        due_on=entered.due_on,
        due_at=entered.due_at,
        left_at=stage.left_at,
        age_days=stage.age_days,
        breached=stage.breached,
        reason=entered.reason,
    )


def _published_view(timed: TimedLine) -> PublishedView | None:
    published = timed.published
    if published is None:
        return None
    return PublishedView(
        disclosure_id=published.id,
        closes_on=published.closes_on,
        closes_at=published.closes_at,
        objected=timed.course.objected,
    )


def _payment_view(payout: Payout) -> PaymentView:
    return PaymentView(
        payout_id=payout.id,
        reference=payout.reference,
        amount=Money.of(payout.amount, payout.currency),
        state=payout.state,
        sent_at=payout.sent_at,
        paid_on=payout.settled_on,
        returned_on=payout.returned_on,
    )
