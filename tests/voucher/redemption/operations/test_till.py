"""Orders at the counter in the database: what is decided is what is kept, and what looks on locks what may pay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import events
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.consent import Consent
from services.voucher.redemption.domain.payment import MOST_VOUCHERS
from services.voucher.redemption.domain.reckoning import order_of_use
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.redeem import Request, redeem_all, redeem_together
from services.voucher.redemption.operations.timers import TIMERS
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.domain.deadlines import LEFTOVER, USE_BY
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.voucher.redemption.counter import a_code, a_sale, scanned
from tests.voucher.redemption.samples import FACE, HOLDER, PROVIDER, YUAN, a_proposal, holder, provider, stranger
from tests.voucher.redemption.stored import Stored, a_stored_voucher, a_version, age_directory, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


def a_live_code(stored: Stored, **changes: Any) -> Consent:
    """A code of the stored voucher, which lives by real time."""
    soon = datetime.now(UTC) + timedelta(seconds=60)
    return a_code(**{"voucher_id": stored.voucher.id, "expires_at": soon, **changes})


async def another(stored: Stored, **changes: Any) -> Stored:
    """One more voucher of the holder, under the same version of the scheme."""
    version = stored.voucher.scheme_version_id
    return await a_stored_voucher(stored.database, **{"scheme_version_id": version, **changes})


async def sold(stored: Stored, order: orders.Redeem) -> dict[Any, int]:
    """What each voucher paid."""
    await carry_out(stored.database, order)
    async with stored.database.read() as connection:
        found = await redemptions.read(connection, (order.redemption_id, *order.part_ids))
    return {one.terms.voucher_id: one.captured for one in found.values()}


async def test_what_is_read_back_is_what_was_decided(stored: Stored) -> None:
    order = a_sale(provider, consent=a_live_code(stored), client_ref="till-1", description="拉伸测试")
    (decided,) = await redeem_all(stored.database, [Request(order)])
    assert isinstance(decided, Outcome)
    found = await stored.redemption(order.redemption_id)
    assert found == decided.redemption
    assert await stored.now() == decided.world.voucher(stored.voucher.id)
    await audited(stored.database)


async def test_a_code_passes_once_and_is_kept_with_what_it_paid(stored: Stored) -> None:
    code = a_live_code(stored)
    order = a_sale(provider, consent=code)
    await carry_out(stored.database, order)
    with pytest.raises(Refusal, match=r"consent\.invalid"):
        await carry_out(stored.database, a_sale(provider, consent=code))
    async with stored.database.read() as connection:
        used = (await connection.execute(text("SELECT nonce, voucher_id, redemption_id FROM code_uses"))).one()
    assert tuple(used) == (code.nonce, stored.voucher.id, order.redemption_id)


async def test_in_one_batch_too_a_code_passes_once(stored: Stored) -> None:
    code = a_live_code(stored)
    sales = [Request(a_sale(provider, consent=code)) for _ in range(3)]
    results = await redeem_all(stored.database, sales)
    assert [getattr(one, "code", "done") for one in results] == ["done", "consent.invalid", "consent.invalid"]
    await audited(stored.database)


async def test_a_code_that_is_over_by_the_databases_real_time_is_none(stored: Stored) -> None:
    over = a_live_code(stored, expires_at=datetime.now(UTC) - timedelta(milliseconds=1))
    with pytest.raises(Refusal, match=r"consent\.invalid"):
        await carry_out(stored.database, a_sale(provider, consent=over))


async def test_both_sides_hear_of_every_part(stored: Stored) -> None:
    await another(stored, available=100)
    await carry_out(stored.database, a_sale(holder))
    async with stored.database.read() as connection:
        told = [entry.event for entry in await events.read(connection, after=None, limit=50)]
    assert [event.type for event in told] == ["redemption.redeemed"] * 2
    assert all(set(event.audience) == {holder.organization, provider.organization} for event in told)


async def test_the_wallet_pays_with_what_ends_first_then_with_what_has_least(stored: Stored) -> None:
    small = await another(stored, available=100)
    soon = await another(stored, available=150, ends_at=NOW + timedelta(days=1))
    assert await sold(stored, a_sale(holder, price=600)) == {
        soon.voucher.id: 150,
        small.voucher.id: 100,
        stored.voucher.id: 50,
    }
    await audited(stored.database)


async def test_the_wallet_leaves_alone_what_cannot_pay(stored: Stored) -> None:
    for changes in ({"suspended_at": NOW}, {"activated_at": None}, {"ends_at": NOW}, {"holder_id": PROVIDER}):
        await another(stored, available=100, **changes)
    assert await sold(stored, a_sale(holder, price=600)) == {stored.voucher.id: 300}


async def test_of_a_full_wallet_the_first_twenty_pay(stored: Stored) -> None:
    for number in range(MOST_VOUCHERS):
        await another(stored, available=10 + number)
    paid = await sold(stored, a_sale(holder, price=1_000))
    assert (len(paid), sum(paid.values())) == (MOST_VOUCHERS, sum(range(10, 10 + MOST_VOUCHERS)))
    assert stored.voucher.id not in paid
    await audited(stored.database)


async def test_one_that_can_pay_is_found_behind_more_than_twenty_that_cannot(stored: Stored) -> None:
    by_contract = {**a_version().document["evidence"], "instant": {"value": None, "source": "row 7"}}
    soon = NOW + timedelta(days=1)
    for _ in range(MOST_VOUCHERS + 1):
        await a_stored_voucher(stored.database, available=100, rules={"evidence": by_contract}, ends_at=soon)
    assert await sold(stored, a_sale(holder, price=600)) == {stored.voucher.id: 300}
    await audited(stored.database)


async def test_an_empty_wallet_and_one_that_does_not_exist(stored: Stored) -> None:
    by = orders.Actor("per_x", "per_x", PROVIDER, frozenset({"holder"}))
    with pytest.raises(Refusal, match=r"wallet\.empty"):
        await carry_out(stored.database, a_sale(by, consent=scanned()))
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        await carry_out(stored.database, a_sale(holder, voucher_ids=(HOLDER,)))


async def test_in_one_batch_each_order_is_paid_by_its_own_vouchers(stored: Stored) -> None:
    other = await another(stored, available=100)
    sales = [a_sale(holder, voucher_ids=(one.voucher.id,), price=50) for one in (stored, other)]
    results = await redeem_all(stored.database, [Request(one) for one in sales])
    assert [one.redemption.captured for one in results if isinstance(one, Outcome)] == [25, 25]
    assert ((await stored.now()).captured, (await other.now()).captured) == (25, 25)


async def test_who_is_no_provider_or_scans_no_code_is_told_so(stored: Stored) -> None:
    with pytest.raises(NotFound, match=r"provider\.unknown"):
        await carry_out(stored.database, a_sale(stranger, consent=a_live_code(stored)))
    with pytest.raises(Refusal, match=r"consent\.invalid"):
        await carry_out(stored.database, a_sale(holder, consent=scanned(provider_id=HOLDER)))


async def test_an_offering_that_is_not_listed_is_refused(stored: Stored) -> None:
    with pytest.raises(Refusal, match=r"offering\.not_listed"):
        await carry_out(stored.database, a_sale(holder, offering_id=new_id()))


async def test_a_registry_that_was_not_heard_of_for_a_day_stops_the_counter(stored: Stored, superuser_url: str) -> None:
    root = Database(superuser_url, "voucher")
    await age_directory(root, hours=25)
    await root.dispose()
    with pytest.raises(Refusal, match=r"directory\.too_old"):
        await carry_out(stored.database, a_sale(holder))


async def test_all_of_a_batch_or_nothing(stored: Stored) -> None:
    sales = [a_sale(holder), a_sale(holder, category="catering")]
    results = await redeem_together(stored.database, [Request(one) for one in sales])
    assert [getattr(one, "code", "done") for one in results] == ["batch.refused", "category.unlisted"]
    assert (await stored.now()).captured == 0


async def test_one_by_one_is_as_in_one_batch(stored: Stored) -> None:
    for available in (40, 70, 130):
        await another(stored, available=available)
    sales = [a_sale(holder, price=price) for price in (100, 250, 100)]
    for sale in sales:
        await carry_out(stored.database, sale)
    alone = [await amounts(stored, sale) for sale in sales]
    for sale in sales:
        for one, _ in await amounts(stored, sale):
            await carry_out(stored.database, orders.Void(redemption_id=one, by=provider, note="again"))
    again = [a_sale(holder, price=price) for price in (100, 250, 100)]
    await redeem_all(stored.database, [Request(one) for one in again])
    together = [await amounts(stored, sale) for sale in again]
    assert [[fen for _, fen in one] for one in together] == [[fen for _, fen in one] for one in alone]
    await audited(stored.database)


async def amounts(stored: Stored, sale: orders.Redeem) -> list[tuple[Any, int]]:
    async with stored.database.read() as connection:
        found = await redemptions.read(connection, (sale.redemption_id, *sale.part_ids))
    return [(one.id, one.captured) for one in sorted(found.values(), key=lambda one: one.terms.part)]


# ── no change ────────────────────────────────────────────────────────────────────────────────────────────────────

RECLAIMED = {"leftover": {"value": "reclaimed", "source": "row 8"}}


@pytest.fixture
async def without_change(stored: Stored) -> Stored:
    return await a_stored_voucher(stored.database, rules=RECLAIMED)


async def test_what_is_left_goes_back_to_the_pool(without_change: Stored) -> None:
    sale = a_sale(holder, voucher_ids=(without_change.voucher.id,))
    await carry_out(without_change.database, sale)
    left = await without_change.now()
    assert (left.ends_at, left.ends_by, left.available) == (left.moved_at, LEFTOVER, FACE - 500 * YUAN)
    assert await ExpiryTimer().run(without_change.database, left.ends_at) == 1
    assert (await without_change.now()).reclaimed == FACE - 500 * YUAN
    await carry_out(
        without_change.database, orders.Void(redemption_id=sale.redemption_id, by=provider, note="not done")
    )
    back = await without_change.now()
    assert (back.ends_at, back.ends_by, back.available) == (without_change.voucher.ends_at, USE_BY, 500 * YUAN)
    await audited(without_change.database)


async def test_what_nobody_claimed_by_then_goes_back_as_any_capture_does(stored: Stored, set_clock: SetClock) -> None:
    sale = a_sale(holder)
    await carry_out(stored.database, sale)
    await set_clock(stored.voucher.claim_by_ends)
    for timer in TIMERS:
        await timer.run(stored.database, stored.voucher.claim_by_ends)
    found, voucher = await stored.redemption(sale.redemption_id), await stored.now()
    assert (found.state, found.stands, voucher.captured) == (State.REFUNDED, 0, 0)
    await audited(stored.database)


# ── beside contracts ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_receipt_and_a_contract_of_one_number_are_one(stored: Stored) -> None:
    held = await stored.authorised(asked=100)
    number = (await stored.redemption(held)).terms.contract.number
    with pytest.raises(Refusal, match=r"contract\.already_redeemed"):
        await carry_out(stored.database, a_sale(holder, number=number))


async def test_what_contracts_hold_is_not_there_to_be_spent(stored: Stored) -> None:
    await stored.authorised(asked=15_000 * YUAN)
    more = a_proposal(provider, voucher_id=stored.voucher.id, asked=4_900 * YUAN)
    await carry_out(stored.database, more)
    await carry_out(stored.database, orders.Confirm(redemption_id=more.redemption_id, by=holder))
    assert await sold(stored, a_sale(holder, price=1_000 * YUAN)) == {stored.voucher.id: 100 * YUAN}
    await audited(stored.database)


async def test_the_store_lists_what_may_be_spent_of_each_wallet(stored: Stored) -> None:
    small = await another(stored, available=10)
    async with stored.database.read() as connection:
        first = await vouchers.spendable(connection, [HOLDER], at=NOW, at_most=1)
        assert set(first) == {small.voucher.id}
        assert set(await vouchers.spendable(connection, [HOLDER], at=NOW, at_most=2)) == {*first, stored.voucher.id}
        assert await vouchers.spendable(connection, [HOLDER], at=stored.voucher.ends_at, at_most=2) == {}
        assert await vouchers.spendable(connection, [PROVIDER], at=NOW, at_most=2) == {}


async def test_the_store_and_the_domain_have_one_order_of_use(stored: Stored) -> None:
    soon = NOW + timedelta(days=1)
    ways = [{"available": available, "ends_at": end} for available in (10, 20, 20) for end in (soon, LATER)]
    made = [stored.voucher, *[(await another(stored, **changes)).voucher for changes in ways]]
    in_turn = [one.id for one in sorted(made, key=order_of_use)]
    async with stored.database.read() as connection:
        for place in range(1, len(made) + 1):
            assert {*in_turn[:place]} == {*await vouchers.spendable(connection, [HOLDER], at=NOW, at_most=place)}
