"""Whatever orders come in whatever order: value is kept, nothing is negative, and a batch is its orders one by one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Order
from services.voucher.redemption.domain.redeem import Outcome, fold
from services.voucher.redemption.domain.redemption import Measure
from services.voucher.redemption.domain.world import World
from tests.voucher.redemption.counter import a_sale, scanned
from tests.voucher.redemption.samples import (
    FACE,
    RESULT,
    VOUCHER,
    YUAN,
    Play,
    a_contract,
    a_proposal,
    a_world,
    arbiter,
    delivered,
    holder,
    proposed,
    provider,
)

IDS = [a_proposal().redemption_id for _ in range(3)]
amounts = st.one_of(st.none(), st.integers(1, FACE))
BARE = (orders.Confirm, orders.Decline, orders.Withdraw, orders.Accept, orders.Rework, orders.Dispute, orders.Void)


def _deliver(one: Any, settlement: int, last: bool) -> Order:
    return orders.Deliver(
        redemption_id=one,
        by=provider,
        settlement=settlement,
        currency="CNY",
        completed_on=a_contract().signed_on,
        document_id=RESULT,
        last=last,
    )


def _sell(price: int, pinned: bool) -> Order:
    return a_sale(holder, price=price, consent=scanned(pinned=pinned))


ids = st.sampled_from(IDS)
sides = st.sampled_from([holder, provider])
some_orders = st.lists(
    st.one_of(
        st.builds(lambda one, by, asked: replace(a_proposal(by, asked=asked), redemption_id=one), ids, sides, amounts),
        st.builds(lambda kind, one, by: kind(redemption_id=one, by=by, note="x"), st.sampled_from(BARE), ids, sides),
        st.builds(lambda one: orders.Accept(redemption_id=one, by=holder, rating=3), ids),
        st.builds(_deliver, ids, st.integers(1, 2 * FACE), st.booleans()),
        st.builds(
            lambda one, amount, last: orders.Capture(
                redemption_id=one,
                by=provider,
                capture_id=a_proposal().redemption_id,
                amount=amount,
                currency="CNY",
                last=last,
            ),
            ids,
            amounts,
            st.none() | st.booleans(),
        ),
        st.builds(
            lambda one, amount: orders.Refund(redemption_id=one, by=provider, amount=amount, currency="CNY"),
            ids,
            st.integers(1, FACE),
        ),
        st.builds(_sell, st.integers(1, 5_000 * YUAN), st.booleans()),
        st.builds(lambda one, yes: orders.Decide(redemption_id=one, by=arbiter, accepted=yes), ids, st.booleans()),
    ),
    max_size=40,
)


def begun(one: Any, settlement: int) -> list[Order]:
    """A redemption that has come as far as its first delivery."""
    proposal = replace(a_proposal(asked=settlement // 2 or 1), redemption_id=one)
    return [proposal, orders.Confirm(redemption_id=one, by=holder), _deliver(one, settlement, last=False)]


def sensible(batch: list[Order]) -> list[Order]:
    """No redemption is proposed twice: its id is made anew for each proposal."""
    seen: set[Any] = set()
    first = []
    for order in batch:
        if not isinstance(order, orders.Propose) or order.redemption_id not in seen:
            first.append(order)
            seen.add(order.redemption_id)
    return first


batches = st.builds(
    lambda begins, rest: sensible([*(order for begin in begins for order in begin), *rest]),
    st.lists(st.builds(begun, ids, st.integers(1, FACE)), max_size=3),
    some_orders,
)


def told(answer: Outcome | Refusal) -> list[str]:
    """The reasons of a refusal, or the events of an outcome."""
    if isinstance(answer, Refusal):
        return [reason.code for reason in answer.reasons]
    return [step.event for step in answer.steps]


def keeps_its_promises(world: World) -> None:
    voucher, all_of_them = world.voucher(VOUCHER), world.redemptions.values()
    assert voucher.face == voucher.available + voucher.held + voucher.captured + voucher.reclaimed
    assert voucher.held == sum(one.held for one in all_of_them)
    assert voucher.captured == sum(one.stands for one in all_of_them)
    counted = sum(one.counted(Measure.AMOUNT) for one in all_of_them)
    assert [counter.used for counter in world.counters.values()] == [counted]


@given(batches)
def test_value_is_never_lost_or_made(batch: list[Order]) -> None:
    answers, world = fold(batch, a_world())
    keeps_its_promises(world)
    entries = [
        entry
        for answer in answers
        if isinstance(answer, Outcome)
        for step in answer.steps
        if step.posting is not None
        for entry in step.posting.entries
    ]
    held = sum(entry.amount for entry in entries if entry.place.kind is PlaceKind.HELD)
    assert held == world.voucher(VOUCHER).held


@given(batches)
def test_a_batch_is_its_orders_one_by_one(batch: list[Order]) -> None:
    together, after = fold(batch, a_world())
    world = a_world()
    for order, answer in zip(batch, together, strict=True):
        (alone,), world = fold([order], world)
        assert told(alone) == told(answer)
    assert {key: one.state for key, one in world.redemptions.items()} == {
        key: one.state for key, one in after.redemptions.items()
    }
    assert world.counters == after.counters


@given(batches, st.integers(0, 60))
def test_time_alone_ends_every_hold(batch: list[Order], days: int) -> None:
    _, world = fold(batch, a_world())
    world = replace(world, now=world.now + timedelta(days=days))
    ticks = [orders.CatchUp(redemption_id=one, by=orders.TIMER) for one in world.redemptions]
    _, later = fold(ticks, world)
    keeps_its_promises(later)
    assert not [one for one in later.redemptions.values() if one.due_at is not None and one.due_at <= later.now]


def test_an_id_is_proposed_once() -> None:
    played = proposed()
    with pytest.raises(ValueError, match="exists"):
        played.play(replace(a_proposal(), redemption_id=played.redemption_id))


def test_a_refused_order_leaves_nothing_and_the_next_one_goes_on() -> None:
    played = proposed()
    wrong = orders.Capture(redemption_id=played.redemption_id, by=provider, capture_id=RESULT)
    right = orders.Confirm(redemption_id=played.redemption_id, by=holder)
    (refused, done), world = fold([wrong, right], played.world)
    assert isinstance(refused, Refusal)
    assert isinstance(done, Outcome)
    assert world.voucher(VOUCHER).held == 15_000 * YUAN


def test_a_timer_that_finds_nothing_due_does_nothing() -> None:
    played: Play = delivered()
    outcome = played.tick()
    assert outcome.steps == ()
    assert outcome.redemption is played.redemption
