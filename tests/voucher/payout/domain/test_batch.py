"""A batch takes each step in its turn; what was approved is what was shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.payout.domain import batch as deciding
from services.voucher.payout.domain.batch import TURNS, Batch, BatchState, digest_of
from services.voucher.payout.domain.payout import PayoutState
from tests.voucher.payout.samples import PAYER, a_leg, code_of, prepared
from tests.voucher.payout.steps import CHECKER, MAKER, NOW

MADE = prepared(a_leg(), a_leg())
FINAL = {BatchState.REJECTED, BatchState.DONE, BatchState.CANCELLED}
STEPS: dict[Callable[[Batch], Batch], set[BatchState]] = {
    deciding.submit: {BatchState.DRAFT},
    lambda one: deciding.approve(one, MADE.payouts, digest=one.digest, acted=(), by=CHECKER, at=NOW): {
        BatchState.SUBMITTED
    },
    lambda one: deciding.reject(one, by=CHECKER, at=NOW, reason="no"): {BatchState.SUBMITTED},
    lambda one: deciding.cancel(one, at=NOW, reason="no"): {
        BatchState.DRAFT,
        BatchState.SUBMITTED,
        BatchState.APPROVED,
        BatchState.FILE_WRITTEN,
    },
    deciding.write_file: {BatchState.APPROVED},
    lambda one: deciding.send(one, by=CHECKER, at=NOW): {BatchState.FILE_WRITTEN},
}


def in_state(state: BatchState) -> Batch:
    return replace(MADE.batch, state=state)


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_taken_from_its_own_states_only(step: Callable[[Batch], Batch], state: BatchState) -> None:
    if state in STEPS[step]:
        assert step(in_state(state)).state is not state
    else:
        with pytest.raises(Refusal) as refused:
            step(in_state(state))
        assert (refused.value.code, refused.value.reasons[0].numbers) == ("payout_batch.state", {"state": state.value})


@pytest.mark.parametrize("state", BatchState)
def test_a_file_leaves_the_house_once_its_batch_is_sent(state: BatchState) -> None:
    said = {BatchState.SENT: "done", BatchState.DONE: "done", BatchState.CANCELLED: "bank_file.cancelled"}
    assert code_of(lambda: deciding.hand_out(in_state(state))) == said.get(state, "bank_file.not_sent")


def test_every_state_that_is_not_final_is_somebodys_turn() -> None:
    assert set(BatchState) - FINAL == set(TURNS)


@pytest.mark.parametrize(
    "decide",
    [
        lambda one, by: deciding.approve(one, MADE.payouts, digest=one.digest, acted=(), by=by, at=NOW),
        lambda one, by: deciding.reject(one, by=by, at=NOW, reason="no"),
        lambda one, by: deciding.send(replace(one, state=BatchState.FILE_WRITTEN), by=by, at=NOW),
    ],
)
def test_a_second_person_stands_behind_every_decision(decide: Callable[[Batch, str], Batch]) -> None:
    assert code_of(lambda: decide(in_state(BatchState.SUBMITTED), MAKER)) == "payout_batch.same_person"


def test_who_took_part_in_a_case_does_not_approve_its_payment() -> None:
    batch = in_state(BatchState.SUBMITTED)
    assert (
        code_of(lambda: deciding.approve(batch, MADE.payouts, digest=batch.digest, acted={CHECKER}, by=CHECKER, at=NOW))
        == "payout_batch.took_part"
    )


ALTERED: dict[str, Any] = {
    "amount": 1,
    "payee_name": "别人",
    "account_number": "6222000000000001",
    "bank_code": "0",
    "reference": "P1",
    "currency": "EUR",
    "position": 9,
}


@pytest.mark.parametrize("field", ALTERED)
def test_a_digest_stands_for_every_word_that_the_bank_is_told(field: str) -> None:
    batch = in_state(BatchState.SUBMITTED)
    altered = [replace(MADE.payouts[0], **{field: ALTERED[field]}), MADE.payouts[1]]
    assert (
        code_of(lambda: deciding.approve(batch, altered, digest=batch.digest, acted=(), by=CHECKER, at=NOW))
        == "payout_batch.digest_differs"
    )


def test_another_digest_than_the_one_shown_approves_nothing() -> None:
    batch = in_state(BatchState.SUBMITTED)
    assert (
        code_of(lambda: deciding.approve(batch, MADE.payouts, digest="0" * 64, acted=(), by=CHECKER, at=NOW))
        == "payout_batch.digest_differs"
    )


@given(st.permutations(MADE.payouts))
def test_a_digest_does_not_depend_on_the_order_in_which_rows_are_read(payouts: list[Any]) -> None:
    assert digest_of(MADE.batch.number, PAYER.id, payouts) == MADE.batch.digest


@given(st.sets(st.sampled_from(PayoutState), min_size=1), st.sampled_from(BatchState))
def test_a_batch_is_done_when_it_was_sent_and_no_payout_is_open(states: set[PayoutState], state: BatchState) -> None:
    done = deciding.finished(in_state(state), states, at=NOW)
    still_open = {PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.SENT} & states
    assert (done is not None) == (state is BatchState.SENT and not still_open)
    assert done is None or (done.state, done.ended_at) == (BatchState.DONE, NOW)
