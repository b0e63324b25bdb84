"""A payout goes one way, and each step only from the one before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.voucher.payout.domain.payout import Payout, PayoutState
from tests.voucher.payout.samples import a_leg, prepared
from tests.voucher.payout.steps import NOW

(PREPARED,) = prepared(a_leg()).payouts
DAY = date(2020, 10, 21)
STEPS: dict[PayoutState, tuple[Callable[[Payout], Payout], set[PayoutState]]] = {
    PayoutState.APPROVED: (Payout.approved, {PayoutState.PREPARED}),
    PayoutState.SENT: (lambda one: one.sent(NOW), {PayoutState.APPROVED}),
    PayoutState.SETTLED: (lambda one: one.settled(DAY), {PayoutState.SENT}),
    PayoutState.RETURNED: (lambda one: one.returned(DAY), {PayoutState.SETTLED}),
    PayoutState.CANCELLED: (Payout.cancelled, {PayoutState.PREPARED, PayoutState.APPROVED}),
}


@pytest.mark.parametrize("before", PayoutState)
@pytest.mark.parametrize("after", STEPS)
def test_each_step_follows_only_the_one_before(before: PayoutState, after: PayoutState) -> None:
    step, allowed = STEPS[after]
    payout = replace(PREPARED, state=before)
    if before in allowed:
        assert step(payout).state is after
    else:
        with pytest.raises(ValueError, match=f"is {before}"):
            step(payout)


def test_a_payout_that_came_back_tells_all_its_dates() -> None:
    whole = PREPARED.approved().sent(NOW).settled(DAY).returned(date(2020, 10, 23))
    assert (whole.sent_at, whole.settled_on, whole.returned_on) == (NOW, DAY, date(2020, 10, 23))


def test_its_money_is_its_budget_lines() -> None:
    funding = PREPARED.funding
    assert (funding.currency, funding.source, funding.line) == ("CNY", "江门市财政局", PREPARED.budget_line_id)
