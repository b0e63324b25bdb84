"""Two batches under way at once know nothing of each other: locks part them, in whatever order their orders came."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.lane import Lane
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor, Order
from services.voucher.redemption.operations.redeem import LANE, Request, redeem_all, work_of
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN, a_contract, holder
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, hear, keyed, organization

SISTER = UUID(int=30)
sister = Actor("per_sister", "per_sister", SISTER, frozenset({"holder"}), request_id="req_9")


@pytest.fixture
async def two(voucher_db: Database, set_clock: SetClock) -> list[tuple[Stored, Actor]]:
    """A voucher each of two holders who have not yet used any of a yearly cap: their counters are still to be made."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    own = await a_stored_voucher(voucher_db)
    hers = await a_stored_voucher(voucher_db, holder_id=SISTER, quota_root_id=SISTER)
    await hear(voucher_db, organization(SISTER))
    return [(own, holder), (hers, sister)]


async def confirms(two: Sequence[tuple[Stored, Actor]]) -> list[Order]:
    """One for each of the two vouchers."""
    return [orders.Confirm(redemption_id=await stored.propose(asked=10 * YUAN), by=by) for stored, by in two]


def clashes() -> float:
    return REGISTRY.get_sample_value("innovoucher_lane_retries_total", {"lane": LANE, "why": "clash"}) or 0


async def test_two_that_make_and_lock_the_same_in_opposite_order_do_not_wait_for_each_other(
    voucher_db: Database, two: list[tuple[Stored, Actor]]
) -> None:
    batches = [await confirms(two[:: 1 if turn % 2 else -1]) for turn in range(8)]
    before = clashes()
    done = await asyncio.gather(*(redeem_all(voucher_db, [Request(one, keyed(one)) for one in of]) for of in batches))
    assert [type(one) for batch in done for one in batch] == [Answer] * 16
    assert [(await stored.now()).held for stored, _ in two] == [80 * YUAN] * 2
    assert clashes() == before
    await audited(voucher_db)


async def test_a_lane_that_has_both_away_counts_every_order_once(
    voucher_db: Database, two: list[tuple[Stored, Actor]]
) -> None:
    asked = [one for turn in range(6) for one in await confirms(two[:: 1 if turn % 2 else -1])]
    before, lane = clashes(), Lane(work_of(voucher_db))
    done = await asyncio.gather(*(lane.put(Request(one, keyed(one))) for one in asked))
    await lane.close()
    assert [type(one) for one in done] == [Answer] * len(asked)
    assert [(await stored.now()).held for stored, _ in two] == [60 * YUAN] * 2
    assert clashes() == before
    await audited(voucher_db)


async def test_of_one_contract_in_both_batches_one_is_redeemed(
    voucher_db: Database, two: list[tuple[Stored, Actor]]
) -> None:
    offered = [two[0][0], await a_stored_voucher(voucher_db)]
    contract = a_contract(2_000 * YUAN)
    asked = [orders.Confirm(redemption_id=await one.propose(contract=contract), by=holder) for one in offered]
    lane = Lane(work_of(voucher_db))
    both = (lane.put(Request(one, keyed(one))) for one in asked)
    done = await asyncio.gather(*both, return_exceptions=True)
    await lane.close()
    won, lost = sorted(done, key=lambda one: isinstance(one, Refusal))
    assert isinstance(won, Answer)
    assert isinstance(lost, Refusal)
    assert lost.code == "contract.already_redeemed"
    await audited(voucher_db)
