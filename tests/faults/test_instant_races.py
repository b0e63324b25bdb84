"""Many at the counter at once: of the last unit, with one key, with one code, over one wallet; and with guards off."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain.consent import Consent
from services.voucher.redemption.domain.orders import Order, Redeem, Void
from services.voucher.redemption.store import codes as uses
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.faults.keyless import without_keys
from tests.faults.racing import answers, codes, race, without_locks
from tests.voucher.redemption.counter import a_code, a_sale
from tests.voucher.redemption.samples import YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LAST_UNIT = 100


@pytest.fixture
async def stored(crowd_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(crowd_db)


async def count(database: Database, what: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {what}"))).scalar_one())


# ── 16: the last unit ────────────────────────────────────────────────────────────────────────────────────────────


def sales_of(last: Stored, number: int, **changes: Any) -> list[Order]:
    """As many receipts, each worth all that the voucher has."""
    named = {"voucher_ids": (last.voucher.id,), "price": 2 * LAST_UNIT, "asked": LAST_UNIT, **changes}
    return [a_sale(holder, **named) for _ in range(number)]


@pytest.mark.slow
async def test_of_a_thousand_parallel_redemptions_of_the_last_unit_one_succeeds(stored: Stored) -> None:
    """The account was never used before: not even a counter has a row that could be locked."""
    last = await a_stored_voucher(stored.database, available=LAST_UNIT)
    results = await race([attempt(stored.database, order) for order in sales_of(last, 1000)])
    assert len(answers(results)) == 1
    assert codes(results) == {"voucher.insufficient"}
    assert (await last.now()).captured == LAST_UNIT
    await audited(stored.database)


async def test_on_the_lane_too_one_succeeds(stored: Stored) -> None:
    last = await a_stored_voucher(stored.database, available=LAST_UNIT)
    results = await asyncio.gather(
        *(carry_out(stored.database, order) for order in sales_of(last, 200)), return_exceptions=True
    )
    assert len(answers(results)) == 1
    assert codes(results) == {"voucher.insufficient"}
    await audited(stored.database)


async def test_without_the_locks_the_last_unit_is_spent_more_than_once(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = await a_stored_voucher(stored.database, available=LAST_UNIT)
    without_locks(monkeypatch)
    results = await race([attempt(stored.database, order) for order in sales_of(last, 40)])
    assert len(answers(results)) > 1
    assert "voucher.redemptions" in {finding.check for finding in (await run_audit(stored.database)).findings}


async def test_a_wallet_is_spent_to_its_last_fen_whatever_order_its_vouchers_are_named_in(stored: Stored) -> None:
    version = stored.voucher.scheme_version_id
    small = [await a_stored_voucher(stored.database, available=130, scheme_version_id=version) for _ in range(3)]
    ids = [one.voucher.id for one in small]
    orders_: list[Order] = [
        a_sale(holder, voucher_ids=tuple(ids[turn % 3 :] + ids[: turn % 3]), price=100) for turn in range(40)
    ]
    results = await race([attempt(stored.database, order) for order in orders_])
    assert codes(results) == {"voucher.insufficient"}
    assert [(await one.now()).captured for one in small] == [130] * 3
    await audited(stored.database)


# ── 18: one key, one code, one receipt ───────────────────────────────────────────────────────────────────────────


def the_same_again() -> Redeem:
    """A retry: the body is the same, only the ids that would be given are new each time."""
    return a_sale(holder, number="R-1", price=2 * LAST_UNIT)


async def test_the_same_key_a_hundred_times_has_one_effect_and_one_answer(stored: Stored) -> None:
    results = await race([attempt(stored.database, the_same_again(), "k", fingerprint="same") for _ in range(100)])
    told = answers(results)
    assert ([one.replayed for one in told].count(False), len(told)) == (1, 100)
    assert {one.body["id"] for one in told} == {told[0].body["id"]}
    assert (await stored.now()).captured == LAST_UNIT
    await audited(stored.database)


async def test_without_keys_only_the_receipt_stands_in_the_way(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, superuser_url: str
) -> None:
    await without_keys(monkeypatch, superuser_url)
    results = await race([attempt(stored.database, the_same_again(), "k", fingerprint="same") for _ in range(20)])
    assert (len(answers(results)), codes(results)) == (1, {"contract.already_redeemed"})


def a_live_code(stored: Stored, **changes: Any) -> Consent:
    soon = datetime.now(UTC) + timedelta(seconds=60)
    return a_code(**{"voucher_id": stored.voucher.id, "expires_at": soon, **changes})


def sales_with(code: Consent, number: int) -> list[Order]:
    return [a_sale(provider, consent=code, price=2 * LAST_UNIT) for _ in range(number)]


async def test_one_code_fifty_times_under_different_keys_passes_once(stored: Stored) -> None:
    results = await race([attempt(stored.database, order) for order in sales_with(a_live_code(stored), 50)])
    assert (len(answers(results)), codes(results)) == (1, {"consent.invalid"})
    assert await count(stored.database, "code_uses") == 1
    await audited(stored.database)


async def blind(*_: Any) -> set[Any]:
    return set()


async def test_who_did_not_see_the_other_use_fails_on_its_key_and_sees_it_at_the_next_try(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    see, looks = uses.used, iter(range(3))

    async def later(connection: Any, nonces: Any) -> set[Any]:
        return set() if next(looks, None) is not None else await see(connection, nonces)

    monkeypatch.setattr(uses, "used", later)
    results = await race([attempt(stored.database, order) for order in sales_with(a_live_code(stored), 3)])
    assert (len(answers(results)), codes(results)) == (1, {"consent.invalid"})


async def test_without_look_and_key_a_code_passes_as_often_as_it_is_shown(
    stored: Stored, root_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses, "used", blind)
    async with root_db.begin() as connection:
        await connection.execute(text(f"ALTER TABLE code_uses DROP CONSTRAINT {uses.ONE_USE}"))
    results = await race([attempt(stored.database, order) for order in sales_with(a_live_code(stored), 10)])
    assert len(answers(results)) == 10


async def test_one_receipt_over_many_vouchers_is_paid_for_once(stored: Stored) -> None:
    version = stored.voucher.scheme_version_id
    some = [await a_stored_voucher(stored.database, scheme_version_id=version) for _ in range(6)]
    rivals: list[Order] = [a_sale(holder, number="R-1", voucher_ids=(one.voucher.id,)) for one in some * 3]
    results = await race([attempt(stored.database, order) for order in rivals])
    assert (len(answers(results)), codes(results)) == (1, {"contract.already_redeemed"})
    await audited(stored.database)


# ── 19: the last moment ──────────────────────────────────────────────────────────────────────────────────────────


async def waits_on_the_voucher(stored: Stored, order: Order, meanwhile: Any) -> Any:
    """Carry out an order that waits for the voucher's lock while something else happens."""
    async with stored.database.begin() as connection:
        await vouchers.lock(connection, [stored.voucher.id])
        waiting = asyncio.create_task(attempt(stored.database, order))
        await asyncio.sleep(0.2)
        await meanwhile
    return await waiting


async def test_who_waited_on_a_lock_past_use_by_is_refused(stored: Stored, set_clock: SetClock) -> None:
    await set_clock(stored.voucher.use_by_ends - timedelta(minutes=5))
    order = a_sale(provider, consent=a_live_code(stored))
    result = await waits_on_the_voucher(stored, order, set_clock(stored.voucher.use_by_ends))
    assert codes([result]) >= {"voucher.expired"}
    await audited(stored.database)


async def test_who_waited_on_a_lock_past_his_codes_life_is_refused(stored: Stored) -> None:
    code = a_live_code(stored, expires_at=datetime.now(UTC) + timedelta(milliseconds=300))
    result = await waits_on_the_voucher(stored, a_sale(provider, consent=code), asyncio.sleep(0.3))
    assert codes([result]) == {"consent.invalid"}
    assert (await stored.now()).captured == 0


async def test_of_a_voucher_that_gives_no_change_one_use_and_one_return_are_made(stored: Stored) -> None:
    rules = {"leftover": {"value": "reclaimed", "source": "row 8"}}
    once = await a_stored_voucher(stored.database, rules=rules, available=1_000 * YUAN)

    async def sweep() -> None:
        for _ in range(20):
            await ExpiryTimer().run(stored.database, NOW + timedelta(minutes=5))
            await asyncio.sleep(0.01)

    sales = [attempt(stored.database, order) for order in sales_of(once, 20)]
    results, _ = await asyncio.gather(race(sales), sweep())
    await ExpiryTimer().run(stored.database, NOW + timedelta(minutes=5))
    assert (len(answers(results)), codes(results)) == (1, {"voucher.no_change"})
    after = await once.now()
    assert (after.captured, after.available, after.reclaimed) == (LAST_UNIT, 0, 1_000 * YUAN - LAST_UNIT)
    await audited(stored.database)


async def test_calling_it_off_many_times_gives_back_once(stored: Stored) -> None:
    sale = a_sale(holder)
    await carry_out(stored.database, sale)
    voids: list[Order] = [Void(redemption_id=sale.redemption_id, by=provider, note="off") for _ in range(20)]
    results = await race([attempt(stored.database, order) for order in voids])
    assert (len(answers(results)), codes(results)) == (1, {"redemption.state"})
    assert (await stored.now()).available == stored.voucher.available
    await audited(stored.database)
