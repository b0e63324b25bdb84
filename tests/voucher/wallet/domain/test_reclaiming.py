"""What is available on an ended voucher goes back whole, by the right that ended it, and never before it came free."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.wallet.domain.reclaiming import RIGHTS, reclaim
from tests.voucher.wallet.samples import CLOSED, SCHEME, USE_BY_ENDS, a_voucher


@given(
    parts=st.tuples(*[st.integers(0, 10**9)] * 4),
    ends_by=st.sampled_from(sorted(RIGHTS)),
    moved=st.integers(-10_000, 10_000),
)
def test_all_that_is_available_goes_back_and_nothing_else(
    parts: tuple[int, int, int, int], ends_by: str, moved: int
) -> None:
    available, held, captured, reclaimed = parts[0] + 1, *parts[1:]
    voucher = a_voucher(
        available=available,
        held=held,
        captured=captured,
        reclaimed=reclaimed,
        face=available + held + captured + reclaimed,
        ends_by=ends_by,
        moved_at=USE_BY_ENDS + timedelta(seconds=moved),
    )
    one = reclaim(voucher, SCHEME)
    after = one.after
    assert (after.available, after.held, after.captured, after.reclaimed) == (0, held, captured, reclaimed + available)
    assert one.posting.moved(PlaceKind.ROUND_POOL, voucher.round_id, voucher.pool_class) == available
    assert one.due == max(voucher.ends_at, voucher.moved_at) == after.moved_at
    assert (one.posting.event, one.clause is None) == (RIGHTS[ends_by].event, ends_by == "cancelled")


def test_nothing_available_is_nothing_to_take_back() -> None:
    with pytest.raises(ValueError, match="0 fen"):
        reclaim(replace(a_voucher(), available=0, reclaimed=a_voucher().face, moved_at=CLOSED), SCHEME)
