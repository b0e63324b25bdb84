"""A payee corrects a returned line, takes one back, or lets the time pass, which rejects it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.voucher.settlement.domain.answering import (
    OPEN,
    correct,
    correction_faults,
    unanswered,
    withdraw,
    withdrawal_faults,
)
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.line_case import LineCase
from tests.voucher.settlement.lines import CLAIMED, NOW, QUOTA, SUBMITTED, a_case, payee, returned

OVER = datetime(2020, 10, 5, 16, 0, tzinfo=UTC)
"""The end of the last day for a correction."""


def states(case: LineCase) -> tuple[list[str], list[str]]:
    """What a correction and what a withdrawal would be refused for."""
    return (
        [str(reason.numbers["state"]) for reason in correction_faults(case)],
        [str(reason.numbers["state"]) for reason in withdrawal_faults(case)],
    )


def test_a_corrected_line_is_back_at_its_stage_with_its_place() -> None:
    case = returned(stage="city", due_at=OVER)
    line = correct(case, ()).after
    assert (line.state, line.stage, line.submitted_at) == (LineState.IN_REVIEW, "city", SUBMITTED)
    assert (line.corrections, line.entered_at, line.due_on) == (1, NOW, date(2020, 10, 6))


def test_only_a_returned_line_is_corrected() -> None:
    assert states(returned()) == ([], [])
    assert states(a_case(payee)) == (["in_review"], [])


@pytest.mark.parametrize("state", set(LineState) - OPEN)
def test_what_was_decided_is_neither_corrected_nor_taken_back(state: LineState) -> None:
    assert states(a_case(payee, state=state)) == ([state], [state])


def test_at_the_end_of_the_last_day_the_line_is_rejected_for_everybody() -> None:
    assert states(returned(at=OVER - timedelta(microseconds=1))) == ([], [])
    assert states(returned(at=OVER)) == (["rejected"], ["rejected"])


def test_a_withdrawn_line_waits_for_nobody() -> None:
    step = withdraw(a_case(payee), "开错发票")
    assert (step.event, step.reason, step.posting) == ("withdrawn", "开错发票", None)
    assert (step.after.state, step.after.stage, step.after.approved) == (LineState.WITHDRAWN, None, None)


def test_no_answer_rejects_as_of_the_end_of_the_last_day() -> None:
    step = unanswered(returned(at=OVER + timedelta(days=3)), QUOTA)
    assert (step.event, step.reason, step.at) == ("rejected", "no_answer", OVER)
    assert (step.after.state, step.after.approved, step.after.entered_at) == (LineState.REJECTED, 0, OVER)
    assert step.posting is not None
    assert sum(entry.amount for entry in step.posting.entries if entry.amount > 0) == CLAIMED


def test_no_answer_is_ruled_by_the_time_for_corrections() -> None:
    (ruling,) = unanswered(returned(at=OVER), QUOTA).rulings
    assert (ruling.outcome, ruling.rule) == ("no_answer", "settlement.correction_within")
    assert ruling.numbers == {"correct_within": 10, "due_on": "2020-10-05"}


@pytest.mark.parametrize("case", [returned(), a_case(at=OVER), returned(at=OVER, due_at=None)])
def test_a_line_that_still_waits_is_not_rejected_by_time(case: LineCase) -> None:
    with pytest.raises(ValueError, match="still waits for its correction"):
        unanswered(case, QUOTA)
