"""What a holder has to have in escrow follows the redemption: all of his part ahead, none of what is over."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.voucher.redemption.domain.redemption import Capture, Contract, Delivery, Redemption, Side, State, Terms
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.escrow import Escrow, missing, moved, still_due, surplus
from tests.voucher.settlement.lines import a_line

AT = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


def a_capture(work: int, subsidy: int, **changes: Any) -> Capture:
    delivery = Delivery(work, date(2020, 9, 20), None, False, AT)
    return replace(Capture(new_id(), 1, subsidy, 0, AT, delivery, AT), **changes)


def a_redemption(price: int = 100, held: int = 40, state: State = State.AUTHORISED, *captures: Capture) -> Redemption:
    terms = Terms(
        voucher_id=new_id(),
        scheme_version_id=new_id(),
        holder_id=new_id(),
        provider_id=new_id(),
        payee_id=new_id(),
        category="testing",
        currency="CNY",
        contract=Contract("1", date(2020, 9, 18), price),
    )
    settled = sum(one.delivery.settlement for one in captures)
    authorised = held + sum(one.amount for one in captures)
    fields: dict[str, Any] = {"held": held, "captures": captures, "settled": settled, "authorised": authorised}
    return Redemption(new_id(), terms, state, Side.HOLDER, AT, "cli_1", **fields)


def an_escrow(redemption: Redemption, received: int, **changes: int) -> Escrow:
    return Escrow(redemption.id, "CNY", received=received, **changes)


def test_before_both_agree_nothing_is_due_and_then_the_whole_of_his_part() -> None:
    assert still_due(a_redemption(held=0, state=State.PROPOSED)) == 0
    assert still_due(a_redemption()) == 60


@pytest.mark.parametrize("state", [State.VOIDED, State.LAPSED, State.DECLINED])
def test_what_is_over_needs_nothing_and_all_of_it_may_go_back(state: State) -> None:
    redemption = a_redemption(held=0, state=state)
    assert (still_due(redemption), surplus(an_escrow(redemption, 60), redemption)) == (0, 60)


def test_delivered_work_that_is_not_claimed_yet_stays_covered() -> None:
    done, claimed = a_capture(50, 20), a_capture(30, 10, claim_line_id=new_id())
    assert still_due(a_redemption(100, 0, State.CAPTURED, done, claimed)) == 30


def test_work_whose_subsidy_was_given_back_is_between_the_two_alone() -> None:
    assert still_due(a_redemption(50, 0, State.REFUNDED, a_capture(50, 20, refunded=20))) == 0


def test_too_little_is_missing_and_too_much_is_left_over() -> None:
    redemption = a_redemption()
    short, long = an_escrow(redemption, 59), an_escrow(redemption, 62, refunded=1)
    assert (missing(short, redemption), surplus(short, redemption)) == (1, 0)
    assert (missing(long, redemption), surplus(long, redemption)) == (0, 1)


@given(received=st.integers(0, 200), held=st.integers(0, 100))
def test_something_is_missing_or_left_over_and_never_both(received: int, held: int) -> None:
    redemption = a_redemption(held=held)
    escrow = an_escrow(redemption, received)
    assert escrow.free + missing(escrow, redemption) - surplus(escrow, redemption) == still_due(redemption)


def a_step(before: LineState | None, after: LineState, **changes: Any) -> LineStep:
    line = a_line(state=after, stage=None, **changes)
    earlier = None if before is None else replace(line, state=before)
    return LineStep(event="x", before=earlier, after=line, at=AT, person="per_1", client="cli_1")


def test_a_line_uses_his_part_from_its_claim_to_its_end() -> None:
    submitted = a_step(None, LineState.IN_REVIEW)
    line = submitted.after
    escrow = Escrow(line.captured.redemption_id, "CNY", received=line.self_paid)
    (used,) = moved({escrow.redemption_id: escrow}, [submitted])
    assert used == replace(escrow, used=line.self_paid)
    rejected = replace(submitted, before=line, after=replace(line, state=LineState.REJECTED))
    assert list(moved({escrow.redemption_id: used}, [rejected])) == [escrow]
    assert list(moved({escrow.redemption_id: escrow}, [submitted, rejected])) == []


def test_lines_of_other_redemptions_and_of_awards_use_nothing_of_it() -> None:
    escrow = Escrow(new_id(), "CNY", received=5)
    award = a_step(None, LineState.IN_REVIEW, redemption_id=None)
    assert list(moved({escrow.redemption_id: escrow}, [a_step(None, LineState.IN_REVIEW), award])) == []


def test_more_than_is_there_is_never_used() -> None:
    step = a_step(None, LineState.IN_REVIEW)
    escrow = Escrow(step.after.captured.redemption_id, "CNY", received=step.after.self_paid - 1)
    with pytest.raises(ValueError, match="lacks 1"):
        list(moved({escrow.redemption_id: escrow}, [step]))
