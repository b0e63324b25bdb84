"""Walks the tables of states: nothing that is not final is left without an owner or a timer."""

import pytest

from services.voucher.redemption.domain.orders import Verb
from services.voucher.redemption.domain.redeem import _ACTS, _DUE
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.redemption.domain.states import CLAIM_LAPSE, FINAL, OWNERS, TIMERS, WAYS
from services.voucher.redemption.domain.waiting import waiting
from tests.voucher.redemption.samples import HOLDER, PAYEE, Play, accepted, captured, delivered, proposed


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_every_state_that_is_not_final_has_an_owner_and_all_but_a_dispute_a_timer(state: State) -> None:
    assert state in OWNERS
    assert (state in TIMERS) == (state is not State.DISPUTED)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_waits_for_nobody(state: State) -> None:
    assert state not in OWNERS
    assert state not in TIMERS


def test_every_state_can_be_left_by_an_order_unless_it_is_final() -> None:
    left = {state for verb, way in WAYS.items() if verb is not Verb.REFUND for state in way.sources}
    assert left == set(State) - FINAL


def test_every_order_and_every_timer_has_its_act() -> None:
    assert set(WAYS) == set(_ACTS) == set(Verb) - {Verb.PROPOSE, Verb.REDEEM, Verb.CATCH_UP}
    assert {*TIMERS.values(), CLAIM_LAPSE} == set(_DUE)


def test_time_and_the_arbiter_are_no_parties() -> None:
    assert (Side.HOLDER.other, Side.PROVIDER.other) == (Side.PROVIDER, Side.HOLDER)
    with pytest.raises(ValueError, match="no party"):
        _ = Side.TIMER.other


def disputed() -> Play:
    played = delivered()
    played.dispute()
    return played


@pytest.mark.parametrize(
    ("played", "task", "role", "whose"),
    [
        (proposed(), "redemption.confirm", "holder", HOLDER),
        (delivered(), "redemption.accept", "holder", HOLDER),
        (disputed(), "redemption.decide", "reviewer", "440703"),
        (accepted(), "redemption.capture", "provider", PAYEE),
    ],
)
def test_a_task_names_role_owner_and_due_date(played: Play, task: str, role: str, whose: object) -> None:
    (one,) = waiting(played.redemption, played.world)
    assert (one.task, one.role) == (task, role)
    assert whose in (one.organization, one.region)
    assert one.due_at > played.world.now


def test_an_accepted_delivery_is_captured_while_it_can_be_claimed() -> None:
    (one,) = waiting(accepted().redemption, accepted().world)
    assert one.due_at.isoformat() == "2020-12-15T16:00:00+00:00"


def test_a_captured_redemption_waits_for_nobody() -> None:
    assert not list(waiting(captured().redemption, captured().world))
