"""A hold is given up by the provider, by both sides, or by a date; what was captured stays."""

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.redemption.domain.waiting import asked_to_void
from tests.voucher.redemption.samples import (
    FACE,
    PAYEE,
    YUAN,
    authorised,
    captured,
    delivered,
    holder,
    proposed,
    provider,
)


def test_the_provider_gives_up_a_hold_alone() -> None:
    played = authorised()
    played.void(provider)
    assert played.redemption.state is State.VOIDED
    assert (played.voucher.available, played.voucher.held) == (FACE, 0)
    assert [counter.used for counter in played.world.counters.values()] == [0]


def test_the_holder_needs_the_providers_word() -> None:
    played = authorised()
    played.void(holder)
    assert (played.redemption.state, played.redemption.void_asked_by) == (State.AUTHORISED, Side.HOLDER)
    assert played.redemption.due_at == played.voucher.deliver_by_ends
    assert [one.organization for one in asked_to_void(played.redemption, played.world)] == [PAYEE]
    played.void(provider)
    assert played.redemption.state is State.VOIDED


def test_after_a_delivery_it_takes_both_whoever_asks_first() -> None:
    for first, second in ((holder, provider), (provider, holder)):
        played = delivered()
        asked = played.void(first).redemption
        with pytest.raises(Refusal, match=r"void\.already_asked"):
            played.void(first)
        agreed = played.void(second).redemption
        assert (asked.state, agreed.state) == (State.DELIVERED, State.VOIDED)


def test_a_request_to_void_is_forgotten_when_the_state_changes() -> None:
    played = authorised()
    played.void(holder)
    played.deliver()
    assert played.redemption.void_asked_by is None
    assert not list(asked_to_void(played.redemption, played.world))


def test_a_hold_lapses_when_deliver_by_is_over() -> None:
    played = authorised()
    outcome = played.at(played.voucher.deliver_by_ends).tick()
    assert outcome.redemption.state is State.LAPSED
    assert (played.voucher.available, played.voucher.held) == (FACE, 0)
    assert outcome.steps[0].rulings[0].clause == "row jiangmen-service-2020"


def test_what_was_captured_before_a_lapse_or_a_void_stays_captured() -> None:
    played = captured(10_000 * YUAN, last=False)
    played.void(provider)
    assert (played.redemption.state, played.voucher.captured) == (State.VOIDED, 5_000 * YUAN)
    played.refund(5_000 * YUAN)
    assert played.redemption.state is State.VOIDED


def test_a_proposal_lapses_without_moving_anything() -> None:
    played = proposed()
    assert played.redemption.due_at is not None
    outcome = played.at(played.redemption.due_at).tick()
    assert outcome.redemption.state is State.LAPSED
    assert outcome.steps[0].posting is None
