"""A payee corrects a returned line, takes one back, or lets the time pass, which rejects it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.settlement.domain.answering import (
    OPEN,
    Correction,
    correct,
    correction_faults,
    unanswered,
    withdraw,
    withdrawal_faults,
)
from services.voucher.settlement.domain.claim import Allocation, LineState
from services.voucher.settlement.domain.evidence import Drawn, Shown
from services.voucher.settlement.domain.line_case import LineCase
from tests.voucher.redemption.samples import YUAN, captured, jiangmen
from tests.voucher.settlement.lines import CLAIMED, NOW, QUOTA, SUBMITTED, a_case, payee, returned
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice

OVER = datetime(2020, 10, 5, 16, 0, tzinfo=UTC)
"""The end of the last day for a correction."""


ALL = 30_000 * YUAN
OLD = an_invoice(lines=(a_line(allocated=ALL),))
NEW = an_invoice()
SLIP = a_slip(allocated=CLAIMED)
SHOWN = Shown({OLD.id: OLD, NEW.id: NEW}, {SLIP.id: SLIP})
BEFORE = Drawn((Allocation(OLD.id, 1, ALL),), (Allocation(SLIP.id, None, CLAIMED),))
AFTER = Drawn((Allocation(NEW.id, 1, ALL),), (Allocation(SLIP.id, None, CLAIMED),))
DELIVERED = captured(ALL).redemption


def a_correction(case: LineCase | None = None, asked: Drawn = AFTER, **changes: Any) -> Correction:
    """Another invoice for all of the work, and the same slip once more."""
    redemption: Redemption = changes.pop("redemption", DELIVERED)
    fields: dict[str, Any] = {
        "drawn": BEFORE,
        "asked": asked,
        "currency": "CNY",
        "evidence": jiangmen().evidence,
        **changes,
    }
    return Correction(case=case or returned(), redemption=redemption, **fields)


def told(*corrections: Correction) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.pointer) for reason in correction_faults(corrections, SHOWN)]


def states(case: LineCase) -> tuple[list[str], list[str]]:
    """What a correction and what a withdrawal would be refused for."""
    return (
        [str(reason.numbers["state"]) for reason in correction_faults([a_correction(case)], SHOWN)],
        [str(reason.numbers["state"]) for reason in withdrawal_faults(case)],
    )


def test_each_act_names_the_rule_by_which_its_line_is_in_no_state_for_it() -> None:
    decided = a_case(payee, state=LineState.APPROVED)
    (uncorrected,) = correction_faults([a_correction(decided)], SHOWN)
    (kept,) = withdrawal_faults(decided)
    assert (uncorrected.rule, kept.rule) == ("correction.state", "withdrawal.state")


def test_a_corrected_line_is_back_at_its_stage_with_its_place() -> None:
    line = correct(a_correction(returned(stage="city", due_at=OVER))).after
    assert (line.state, line.stage, line.submitted_at) == (LineState.IN_REVIEW, "city", SUBMITTED)
    assert (line.corrections, line.entered_at, line.due_on) == (1, NOW, date(2020, 10, 6))


def test_a_correction_is_ruled_by_the_evidence_it_shows() -> None:
    rulings = correct(a_correction()).rulings
    assert [ruling.rule for ruling in rulings] == ["evidence.invoice", "evidence.bank_slip"]
    assert rulings[0].numbers == {"required": "30000.00", "shown": "30000.00"}


def test_what_the_line_drew_before_is_free_for_its_correction() -> None:
    assert told(a_correction(asked=BEFORE)) == []


def test_two_corrections_of_a_claim_do_not_draw_the_same_fen() -> None:
    second = a_correction(returned(number=2), drawn=Drawn())
    assert told(a_correction(), second) == [
        ("claim.invoice_left", "/lines/1/invoices/0/amount"),
        ("claim.slip_left", "/lines/1/slips/0/amount"),
    ]


def test_what_one_line_gives_back_another_may_draw() -> None:
    second = a_correction(returned(number=2), asked=BEFORE, drawn=Drawn())
    assert told(a_correction(asked=Drawn(AFTER.invoices)), second) == [("claim.slip_short", "/lines/0/slips")]


def test_a_correction_is_checked_as_a_claim_is() -> None:
    assert told(a_correction(asked=Drawn(AFTER.invoices))) == [("claim.slip_short", "/lines/0/slips")]


def test_a_correction_names_amounts_in_the_currency_of_the_claim() -> None:
    assert told(a_correction(currency="EUR")) == [("claim.currency", "/lines/0")]
    nothing = told(a_correction(asked=Drawn(), currency=None))
    assert nothing == [("claim.invoice_short", "/lines/0/invoices"), ("claim.slip_short", "/lines/0/slips")]


def test_only_a_returned_line_is_corrected() -> None:
    assert states(returned()) == ([], [])
    assert states(a_case(payee)) == (["in_review"], [])


@pytest.mark.parametrize("state", sorted(set(LineState) - OPEN))
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
