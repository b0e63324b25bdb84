"""A voucher's parts are always its face, and its state follows from them and from the clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.posting import Posting
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from tests.voucher.wallet.samples import CLOSED, FACE, USE_BY_ENDS, a_voucher

TICK = timedelta(microseconds=1)
Move = Callable[[Voucher, int], Posting]


def of(make: Callable[..., Posting], **more: Any) -> Move:
    return lambda voucher, amount: make(voucher_id=voucher.id, amount=amount, funding=voucher.funding, **more)


def expire(voucher: Voucher, amount: int) -> Posting:
    return of(postings.reclaim, pool_class=voucher.pool_class, event="expired")(voucher, amount)


MOVES: list[Move] = [
    of(postings.authorise),
    of(postings.capture_held),
    of(postings.release, event="voided"),
    of(postings.refund),
    expire,
]


@given(some.lists(some.tuples(some.sampled_from(MOVES), some.integers(min_value=1, max_value=FACE)), max_size=12))
def test_whatever_is_booked_the_parts_are_the_face_and_none_is_below_zero(moves: list[tuple[Move, int]]) -> None:
    voucher = a_voucher()
    for move, amount in moves:
        try:
            voucher = voucher.after(move(voucher, amount), at=CLOSED)
        except ValueError:
            continue
        parts = (voucher.available, voucher.held, voucher.captured, voucher.reclaimed)
        assert sum(parts) == voucher.face == FACE
        assert min(parts) >= 0


def test_more_than_stands_in_a_place_cannot_leave_it() -> None:
    voucher = a_voucher()
    with pytest.raises(ValueError, match="not the parts"):
        voucher.after(of(postings.authorise)(voucher, FACE + 1), at=CLOSED)


def booked(voucher: Voucher, move: Move, amount: int = FACE) -> Voucher:
    return voucher.after(move(voucher, amount), at=CLOSED)


def captured(voucher: Voucher, amount: int = FACE) -> Voucher:
    return booked(booked(voucher, of(postings.authorise), amount), of(postings.capture_held), amount)


def test_a_voucher_that_is_spent_is_exhausted_and_a_refund_reopens_it() -> None:
    spent = captured(a_voucher())
    assert spent.state is VoucherState.EXHAUSTED
    assert booked(spent, of(postings.refund), 1).state is VoucherState.ACTIVE


def test_a_hold_keeps_a_voucher_active() -> None:
    assert booked(a_voucher(), of(postings.authorise)).state is VoucherState.ACTIVE


def test_a_voucher_of_which_the_rest_was_reclaimed_is_exhausted() -> None:
    part = captured(a_voucher(), FACE - 1)
    assert booked(part, expire, 1).state is VoucherState.EXHAUSTED


def test_use_by_ends_with_its_last_day() -> None:
    assert a_voucher().state_at(USE_BY_ENDS - TICK) is VoucherState.ACTIVE
    assert a_voucher().state_at(USE_BY_ENDS) is VoucherState.EXPIRED


def test_what_was_spent_whole_stays_exhausted_past_use_by() -> None:
    spent = captured(a_voucher())
    assert spent.state_at(USE_BY_ENDS) is VoucherState.EXHAUSTED


def test_quota_is_due_back_at_use_by_or_when_it_came_free_later() -> None:
    assert a_voucher().due_back == USE_BY_ENDS
    later = USE_BY_ENDS + timedelta(days=2)
    held = booked(a_voucher(), of(postings.authorise))
    freed = held.after(of(postings.release, event="lapsed")(held, FACE), at=later)
    assert (freed.due_back, freed.state) == (later, VoucherState.EXPIRED)
