"""How a payee answers for his claim lines: corrects a returned one, takes one back, or lets the time pass."""

from collections.abc import Iterator
from dataclasses import replace

from services.chassis.refusals import Reason
from services.voucher.ledger.domain.posting import Funding
from services.voucher.redemption.domain.world import Ruling
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.reviewing import rejection

OPEN = frozenset({LineState.IN_REVIEW, LineState.RETURNED})
"""A line in one of these may still be taken back."""


def correction_faults(case: LineCase) -> Iterator[Reason]:
    """Why a line takes no correction: it was not returned, or the time for it is over."""
    if case.state is not LineState.RETURNED:
        yield Reason("claim.state", "review.state", "/line", {"line": case.line.number, "state": case.state.value})


def correct(case: LineCase, rulings: tuple[Ruling, ...]) -> LineStep:
    """Back in review at the stage that asked, with the place in the queue that it had. rulings: what holds now.

    Refusal ``calendar.not_loaded``.
    """
    return case.step(
        "corrected",
        due=case.due_in(case.scheme.settlement.review_within.value),
        rulings=rulings,
        state=LineState.IN_REVIEW,
        corrections=case.line.corrections + 1,
    )


def withdrawal_faults(case: LineCase) -> Iterator[Reason]:
    """Why a line may not be taken back: it was decided, or withdrawn before."""
    if case.state not in OPEN:
        yield Reason("claim.state", "review.state", "/line", {"line": case.line.number, "state": case.state.value})


def withdraw(case: LineCase, reason: str) -> LineStep:
    """Taken back by the payee: its capture may be claimed again, refunded, or left."""
    return case.step("withdrawn", reason=reason, state=LineState.WITHDRAWN, stage=None)


def unanswered(case: LineCase, quota: Funding) -> LineStep:
    """No correction came in time: rejected (row 13), as of the instant at which the time was over.

    ValueError when nothing fell due by then.
    """
    if case.line.due_at is None or case.state is not LineState.REJECTED:
        raise ValueError(f"claim line {case.line.id} still waits for its correction")
    due = replace(case, at=case.line.due_at)
    within = case.scheme.settlement.correction_within
    numbers: dict[str, str | int | None] = {"correct_within": within.value, "due_on": str(case.line.due_on)}
    return due.step(
        "rejected",
        reason="no_answer",
        posting=rejection(due, quota),
        rulings=(Ruling("review", "no_answer", "settlement.correction_within", within.source, numbers),),
        state=LineState.REJECTED,
        stage=None,
        approved=0,
    )
