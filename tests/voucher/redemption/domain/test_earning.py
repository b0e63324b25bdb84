"""Captures earn what was held, milestone by milestone, and refunds give it back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.redemption import Redemption, State
from tests.voucher.redemption.samples import FACE, HOLDER, YUAN, Play, a_contract, accepted, captured, provider


def used(played: Play) -> int:
    return sum(counter.used for counter in played.world.counters.values())


def test_a_whole_capture_earns_the_rate_and_releases_the_rest() -> None:
    played = captured(12_345_67)
    assert played.redemption.state is State.CAPTURED
    assert (played.redemption.captured, played.redemption.held, played.redemption.released) == (6_172_83, 0, 8_827_17)
    assert (played.voucher.captured, played.voucher.available) == (6_172_83, FACE - 6_172_83)
    assert used(played) == 6_172_83


def test_the_release_is_a_step_of_its_own() -> None:
    outcome = accepted(12_345_67).capture()
    assert [step.event for step in outcome.steps] == ["captured", "released"]
    assert [step.posting.row for step in outcome.steps if step.posting] == [7, 8]


def test_a_settlement_above_the_contract_earns_no_more_than_was_frozen() -> None:
    assert captured(90_000 * YUAN).redemption.captured == 15_000 * YUAN


def test_milestones_are_floored_together_not_each() -> None:
    played = captured(1_01, last=False)
    assert (played.redemption.state, played.redemption.captured) == (State.PART_CAPTURED, 50)
    played.deliver(1_01)
    played.accept()
    played.capture()
    assert (played.redemption.state, played.redemption.captured) == (State.CAPTURED, 1_01)
    assert [capture.number for capture in played.redemption.captures] == [1, 2]


def test_a_milestone_that_takes_all_there_was_ends_it() -> None:
    played = captured(30_000 * YUAN, last=False)
    assert played.redemption.state is State.CAPTURED


def test_a_part_may_be_captured_and_the_rest_let_go() -> None:
    played = accepted()
    played.capture(1_000 * YUAN)
    assert (played.redemption.state, played.redemption.captured) == (State.CAPTURED, 1_000 * YUAN)
    assert played.voucher.held == 0


def test_a_part_may_be_captured_and_the_hold_kept_for_the_next_milestone() -> None:
    played = accepted()
    played.capture(1_000 * YUAN, last=False)
    assert (played.redemption.state, played.redemption.held) == (State.PART_CAPTURED, 14_000 * YUAN)
    assert played.redemption.due_at == played.voucher.deliver_by_ends


def test_more_than_was_earned_is_not_captured() -> None:
    played = accepted(10_000 * YUAN)
    with pytest.raises(Refusal, match=r"capture\.too_much") as refused:
        played.capture(5_000 * YUAN + 1)
    assert refused.value.reasons[0].numbers == {"asked": "5000.01", "earned": "5000.00"}


def test_a_capture_in_another_currency_is_refused() -> None:
    with pytest.raises(Refusal, match=r"voucher\.currency"):
        accepted().capture(100, currency="EUR")


def test_an_accepted_redemption_without_delivery_is_our_own_fault() -> None:
    played = accepted()
    broken = replace(played.redemption, delivery=None)
    played.world = replace(played.world, redemptions={broken.id: broken})
    with pytest.raises(ValueError, match="without a delivery"):
        played.capture()


def test_a_milestone_accepted_after_deliver_by_leaves_a_rest_that_lapses_at_once() -> None:
    played = accepted(10_000 * YUAN, last=False)
    late = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
    played.at(late)
    played.capture()
    assert played.redemption.due_at == late
    outcome = played.tick()
    assert (outcome.redemption.state, outcome.redemption.captured) == (State.LAPSED, 5_000 * YUAN)
    assert played.voucher.held == 0


def test_a_whole_refund_gives_everything_back_and_ends_it() -> None:
    played = captured()
    played.refund(15_000 * YUAN)
    assert (played.redemption.state, played.redemption.stands) == (State.REFUNDED, 0)
    assert (played.voucher.available, used(played)) == (FACE, 0)


def test_a_part_refund_leaves_it_captured() -> None:
    played = captured()
    played.refund(1)
    assert (played.redemption.state, played.redemption.refunded) == (State.CAPTURED, 1)
    assert used(played) == 15_000 * YUAN - 1


def test_refunds_take_the_latest_capture_first_or_the_one_that_is_named() -> None:
    played = captured(10_000 * YUAN, last=False)
    played.deliver(5_000 * YUAN)
    played.accept()
    played.capture()
    played.refund(3_000 * YUAN)
    assert [capture.refunded for capture in played.redemption.captures] == [500 * YUAN, 2_500 * YUAN]
    played.refund(100, capture_id=played.redemption.captures[0].id)
    assert [capture.refunded for capture in played.redemption.captures] == [500 * YUAN + 100, 2_500 * YUAN]


def test_not_more_than_was_captured_is_refunded() -> None:
    with pytest.raises(Refusal, match=r"refund\.too_much") as refused:
        captured().refund(15_000 * YUAN + 1)
    assert refused.value.reasons[0].numbers["refundable"] == "15000.00"


def test_what_stands_on_a_claim_is_not_refunded() -> None:
    played = captured()
    on_claim = replace(played.redemption.captures[0], claim_line_id=HOLDER)
    claimed = replace(played.redemption, captures=(on_claim,))
    played.world = replace(played.world, redemptions={claimed.id: claimed})
    with pytest.raises(Refusal, match=r"refund\.on_claim"):
        played.refund(1)


def test_an_unknown_capture_and_another_currency_are_refused() -> None:
    with pytest.raises(Refusal, match=r"capture\.unknown"):
        captured().refund(1, capture_id=HOLDER)
    with pytest.raises(Refusal, match=r"voucher\.currency"):
        captured().refund(1, currency="EUR")


def test_a_refund_while_a_milestone_is_open_keeps_the_hold() -> None:
    played = captured(10_000 * YUAN, last=False)
    played.refund(5_000 * YUAN)
    assert (played.redemption.state, played.redemption.held) == (State.PART_CAPTURED, 10_000 * YUAN)
    played.deliver(20_000 * YUAN)
    played.accept()
    assert played.capture().redemption.captured == 15_000 * YUAN


def test_refunded_value_reopens_an_exhausted_voucher() -> None:
    played = captured(contract=a_contract(90_000 * YUAN), settlement=90_000 * YUAN)
    assert played.voucher.state == "exhausted"
    played.refund(1)
    assert played.voucher.state == "active"


def test_a_redemption_that_holds_what_was_not_authorised_cannot_exist() -> None:
    redemption: Redemption = captured().redemption
    with pytest.raises(ValueError, match="authorised"):
        replace(redemption, held=-1)
    with pytest.raises(ValueError, match="authorised"):
        replace(redemption, authorised=1)
    with pytest.raises(ValueError, match="refunded"):
        replace(redemption.captures[0], refunded=15_000 * YUAN + 1)


def test_the_provider_alone_captures_and_refunds() -> None:
    played = accepted()
    assert played.capture(by=provider).redemption.captures[0].delivery.completed_on == date(2020, 9, 20)
