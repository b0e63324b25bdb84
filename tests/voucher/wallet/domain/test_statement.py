"""A statement says every movement in words and adds up line by line."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.ledger.domain import posting
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.movement import Moved, Movement
from services.voucher.ledger.domain.posting import Posting
from services.voucher.wallet.domain.statement import EVENTS, Account, Balance, balances, lines, said
from tests.voucher.wallet.samples import OPEN, a_voucher

EVENT = st.sampled_from(sorted(EVENTS))
FEN = st.integers(-1_000, 1_000)
MOVED = st.builds(Moved, EVENT, st.sampled_from(["CNY", "USD"]), FEN, FEN, FEN)


def a_movement(sequence: int, moved: Moved) -> Movement:
    one = UUID(int=sequence)
    return Movement(sequence, one, 4, OPEN, OPEN.date(), "voucher", one, None, one, moved)


@given(st.lists(MOVED))
def test_the_last_line_of_each_currency_is_the_balance_of_all(moved: list[Moved]) -> None:
    made = lines({}, [a_movement(place, one) for place, one in enumerate(moved)])
    assert {line.movement.moved.currency: line.after for line in made} == balances(moved)


@given(st.lists(MOVED), st.lists(MOVED))
def test_a_page_goes_on_from_what_the_one_before_left(earlier: list[Moved], later: list[Moved]) -> None:
    movements = [a_movement(place, one) for place, one in enumerate(earlier + later)]
    assert lines({}, movements)[len(earlier) :] == lines(balances(earlier), movements[len(earlier) :])


@given(st.lists(MOVED))
def test_in_which_order_it_moved_does_not_change_the_sum(moved: list[Moved]) -> None:
    assert balances(sorted(moved, key=repr)) == balances(moved)


def test_what_happened_to_a_draft_is_told_as_such_until_it_was_activated() -> None:
    issued, topped_up = [a_movement(0, Moved(event, "CNY", 5)) for event in ("issued", "topped_up")]
    later = OPEN + timedelta(days=1)
    for account in (Account("V", OPEN, None), Account("V", OPEN, later)):
        assert [said(one, account).en for one in (issued, topped_up)] == [
            "issued as a draft, not to be used yet",
            "draft topped up, not to be used yet",
        ]
    assert said(replace(topped_up, booked_at=later), Account("V", OPEN, later)).en == "topped up"
    assert said(issued, Account("V", OPEN, OPEN)).en == "issued"


def postings(voucher_id: UUID, source: posting.Funding) -> list[Posting]:
    """A voucher's life: issued, topped up, spent in part, given back, expired, issued again and cancelled."""
    of: dict[str, Any] = {"voucher_id": voucher_id, "funding": source}
    pool = {**of, "pool_class": "general"}
    return [
        posting.issue(amount=100, **pool),
        posting.top_up(amount=50, **pool),
        posting.authorise(amount=60, **of),
        posting.capture_held(amount=40, **of),
        posting.release(amount=20, event="rest_released", **of),
        posting.capture_available(amount=10, **of),
        posting.refund(amount=5, **of),
        posting.reclaim(amount=105, event="expired", **pool),
        posting.reissue(amount=105, **pool),
        posting.reclaim(amount=105, event="cancelled", **pool),
    ]


def moved_by(one: Posting, voucher_id: UUID) -> Moved:
    places = (PlaceKind.AVAILABLE, PlaceKind.HELD, PlaceKind.CAPTURED)
    return Moved(one.event, "CNY", *(one.moved(place, voucher_id) for place in places))


def test_a_balance_follows_its_voucher_from_issue_to_cancellation() -> None:
    voucher = a_voucher()
    issue, top_up, *rest = postings(voucher.id, voucher.funding)
    standing = Balance().after(moved_by(issue, voucher.id)).after(moved_by(top_up, voucher.id))
    assert standing == Balance(available=150)
    voucher = replace(voucher, face=150, available=150, held=0, captured=0, reclaimed=0)
    for one in rest:
        standing, voucher = standing.after(moved_by(one, voucher.id)), voucher.after(one, at=OPEN)
        assert standing == Balance(voucher.available, voucher.held, voucher.captured, voucher.reclaimed)
        assert standing.face == voucher.face
    assert standing == Balance(captured=45, reclaimed=105)
