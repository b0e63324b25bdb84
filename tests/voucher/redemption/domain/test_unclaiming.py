"""A decision on a claim line gives captured value back, and never more than stands on that line."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.redemption.domain.redemption import Redemption, State
from services.voucher.redemption.domain.unclaiming import Undone, undo
from services.voucher.redemption.domain.world import Step
from tests.voucher.redemption.samples import FACE, YUAN, Play, arbiter, captured

LINE = UUID(int=77)
CLAIMED = 5_000 * YUAN


def claimed(*, last: bool = True) -> Play:
    """A capture of 5,000 yuan that stands on the claim line."""
    played = captured(10_000 * YUAN, last=last)
    (one,) = played.redemption.captures
    standing = replace(played.redemption, captures=(replace(one, claim_line_id=LINE),))
    played.world = replace(played.world, redemptions={standing.id: standing})
    return played


def legs(amount: int) -> list[paying.Leg]:
    return [paying.Leg("1", amount, Funding("CNY", "江门市财政局", line_id=new_id()))] if amount else []


def approval(played: Play, approved: int) -> Posting:
    voucher = played.voucher
    return paying.approve(
        voucher_id=voucher.id,
        claim_line_id=LINE,
        claimed=CLAIMED,
        legs=legs(approved),
        quota=voucher.funding,
    )


def objection(played: Play, pool_class: str | None) -> Posting:
    voucher = played.voucher
    return paying.uphold_objection(
        voucher_id=voucher.id, claim_line_id=LINE, legs=legs(CLAIMED), quota=voucher.funding, pool_class=pool_class
    )


def undone(played: Play, posting: Posting, *, frees: bool, at: datetime | None = None) -> Undone:
    return Undone(
        claim_line_id=LINE,
        redemption_id=played.redemption_id,
        capture_id=played.redemption.captures[0].id,
        posting=posting,
        frees=frees,
        at=at or played.world.now,
        by=arbiter,
        reason="not in the contract",
    )


def play(played: Play, one: Undone) -> tuple[Step, ...]:
    steps, played.world = undo(one, played.world)
    return steps


def used(played: Play) -> int:
    return sum(counter.used for counter in played.world.counters.values())


def capture_of(redemption: Redemption) -> tuple[int, UUID | None]:
    (one,) = redemption.captures
    return one.refunded, one.claim_line_id


def test_a_rejected_line_gives_all_back_and_frees_its_capture() -> None:
    played = claimed()
    (step,) = play(played, undone(played, approval(played, 0), frees=True))
    assert (step.event, step.claim_line_id, step.note) == ("refunded", LINE, "not in the contract")
    assert capture_of(played.redemption) == (CLAIMED, None)
    assert played.redemption.state is State.REFUNDED
    assert (played.voucher.available, played.voucher.captured, used(played)) == (FACE, 0, 0)


def test_a_line_approved_in_part_gives_the_rest_back_and_lives_on() -> None:
    played = claimed()
    play(played, undone(played, approval(played, 3_000 * YUAN), frees=False))
    assert capture_of(played.redemption) == (2_000 * YUAN, LINE)
    assert played.redemption.state is State.CAPTURED
    assert (played.voucher.captured, used(played)) == (3_000 * YUAN, 3_000 * YUAN)


def test_a_line_approved_whole_leaves_the_redemption_alone() -> None:
    played = claimed()
    before = played.world
    assert play(played, undone(played, approval(played, CLAIMED), frees=False)) == ()
    assert played.world is before


def test_who_decides_a_claim_line_takes_no_part_in_the_redemption() -> None:
    played = claimed()
    before = played.redemption.acted
    play(played, undone(played, approval(played, 0), frees=True))
    assert played.redemption.acted == before


def test_an_upheld_objection_leaves_the_value_with_a_blameless_holder() -> None:
    played = claimed()
    (step,) = play(played, undone(played, objection(played, None), frees=True))
    assert (played.voucher.available, played.voucher.reclaimed) == (FACE, 0)
    assert [ruling.rule for ruling in step.rulings] == ["ledger.row_16"]


def test_an_upheld_objection_takes_the_value_from_a_holder_at_fault() -> None:
    played = claimed()
    play(played, undone(played, objection(played, "general"), frees=True))
    assert (played.voucher.available, played.voucher.reclaimed) == (FACE - CLAIMED, CLAIMED)
    assert (played.redemption.stands, used(played)) == (0, 0)


def test_what_fell_due_before_is_carried_out_first() -> None:
    played = claimed(last=False)
    played.at(datetime(2021, 3, 1, tzinfo=UTC))
    steps = play(played, undone(played, approval(played, 0), frees=True))
    assert [step.event for step in steps] == ["lapsed", "refunded"]
    assert (played.redemption.state, played.redemption.stands) == (State.LAPSED, 0)


def test_a_decision_as_of_an_earlier_instant_leaves_later_deadlines_alone() -> None:
    played = claimed(last=False)
    earlier = played.world.now
    played.at(datetime(2021, 3, 1, tzinfo=UTC))
    (step,) = play(played, undone(played, approval(played, 0), frees=True, at=earlier))
    assert (step.event, step.at, step.after.state) == ("refunded", earlier, State.PART_CAPTURED)


def test_a_capture_without_that_claim_line_is_our_own_fault() -> None:
    played = captured(10_000 * YUAN)
    with pytest.raises(ValueError, match="does not stand on claim line"):
        play(played, undone(played, approval(played, 0), frees=True))


def test_more_than_stands_is_our_own_fault() -> None:
    played = claimed()
    play(played, undone(played, approval(played, 3_000 * YUAN), frees=False))
    with pytest.raises(ValueError, match="capture of 500000 with 700000 refunded"):
        play(played, undone(played, approval(played, 0), frees=True))


@given(st.integers(0, CLAIMED))
def test_whatever_is_approved_the_voucher_keeps_its_identity(approved: int) -> None:
    played = claimed()
    play(played, undone(played, approval(played, approved), frees=approved == 0))
    voucher = played.voucher
    assert (voucher.captured, voucher.available) == (approved, voucher.face - approved)
    assert (played.redemption.stands, used(played)) == (approved, approved)
