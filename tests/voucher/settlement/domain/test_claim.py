"""A claim line says whose task it is in each state, and what it is at an instant; a leg says whose money it owes."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.voucher.ledger.domain.posting import Funding
from services.voucher.settlement.domain.claim import ENDED, LineState, Waiting, waiting
from services.voucher.settlement.domain.legs import split, whole
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN
from tests.voucher.settlement.lines import BUDGET_LINE, CLAIMED, a_line

DUE = a_line().due_at


@pytest.mark.parametrize("stage", ["district", "city"])
def test_a_review_is_the_task_of_the_stages_reviewers_in_the_holders_region(stage: str) -> None:
    assert waiting(a_line(stage=stage)) == Waiting(f"claim.review_{stage}", "reviewer", DUE, region="440703")


def test_a_correction_is_the_payees_task() -> None:
    line = a_line(state=LineState.RETURNED)
    assert waiting(line) == Waiting("claim.correct", "provider", DUE, organization=PAYEE)


def test_a_correction_is_the_task_of_a_holder_who_is_reimbursed() -> None:
    line = a_line(state=LineState.RETURNED, payee_id=HOLDER)
    assert waiting(line) == Waiting("claim.correct", "holder", DUE, organization=HOLDER)


@pytest.mark.parametrize(("state", "task"), [(LineState.APPROVED, "claim.disclose"), (LineState.RELEASED, "claim.pay")])
def test_what_is_approved_or_released_is_the_treasurys_task(state: LineState, task: str) -> None:
    assert waiting(a_line(state=state)) == Waiting(task, "finance_maker", DUE, treasury="440700")


@pytest.mark.parametrize("state", sorted({*ENDED, LineState.DISCLOSED}))
def test_nobody_has_a_task_where_it_ended_or_a_timer_runs(state: LineState) -> None:
    assert waiting(a_line(state=state)) is None


def test_a_correction_counts_as_missing_from_the_instant_at_which_its_last_day_is_over() -> None:
    line = a_line(state=LineState.RETURNED)
    assert DUE is not None
    assert line.state_at(DUE - timedelta(microseconds=1)) is LineState.RETURNED
    assert line.state_at(DUE) is LineState.REJECTED


@pytest.mark.parametrize(("objected", "state"), [(False, LineState.RELEASED), (True, LineState.DISCLOSED)])
def test_a_disclosed_line_is_released_from_the_instant_at_which_its_list_is_over(
    objected: bool, state: LineState
) -> None:
    line = a_line(state=LineState.DISCLOSED)
    assert DUE is not None
    assert line.state_at(DUE - timedelta(microseconds=1), objected=objected) is LineState.DISCLOSED
    assert line.state_at(DUE, objected=objected) is state


def test_a_state_without_an_end_stays() -> None:
    assert DUE is not None
    assert a_line(state=LineState.RELEASED, due_at=None).state_at(DUE) is LineState.RELEASED


def test_a_review_that_is_overdue_goes_on() -> None:
    assert DUE is not None
    assert a_line().state_at(DUE) is LineState.IN_REVIEW


def test_what_is_not_claimed_was_paid_by_the_holder() -> None:
    assert a_line().self_paid == 30_000 * YUAN - CLAIMED


def test_a_line_of_an_award_stands_on_no_capture() -> None:
    line = a_line(capture_id=None, redemption_id=None, voucher_id=None, award_claim_id=UUID(int=8))
    with pytest.raises(ValueError, match="stands on an award"):
        _ = line.captured


def test_a_leg_is_owed_by_its_own_budget_line() -> None:
    line = a_line()
    (leg,) = split(line, CLAIMED, whole(line, leg_id=UUID(int=9), funding_source="市财政局"))
    assert leg.funding == Funding("CNY", "市财政局", line_id=BUDGET_LINE)
