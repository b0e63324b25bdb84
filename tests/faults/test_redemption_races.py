"""Many redeem at once, at the last moment, twice and out of order; each race also runs with its guard switched off."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Order
from services.voucher.redemption.domain.states import FINAL
from services.voucher.redemption.operations.redeem import Request, redeem_all
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.faults.keyless import without_keys
from tests.faults.racing import answers, codes, race, with_clock_read_early, without_locks
from tests.voucher.redemption.samples import FACE, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LAST_UNIT = 100


@pytest.fixture
async def stored(crowd_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(crowd_db)


# ── 16: the last unit ────────────────────────────────────────────────────────────────────────────────────────────


async def proposals_of_the_last_unit(database: Database, number: int) -> tuple[Stored, list[Order]]:
    last = await a_stored_voucher(database, available=LAST_UNIT)
    asked = [last.proposal(asked=LAST_UNIT) for _ in range(number)]
    for begin in range(0, number, 100):
        await redeem_all(database, [Request(order) for order in asked[begin : begin + 100]])
    return last, [orders.Confirm(redemption_id=order.redemption_id, by=holder) for order in asked]


@pytest.mark.slow
async def test_of_a_thousand_parallel_redemptions_of_the_last_unit_one_succeeds(stored: Stored) -> None:
    last, confirms = await proposals_of_the_last_unit(stored.database, 1000)
    results = await race([attempt(stored.database, order) for order in confirms])
    assert len(answers(results)) == 1
    assert codes(results) == {"voucher.insufficient"}
    assert (await last.now()).held == LAST_UNIT
    await audited(stored.database)


async def test_on_an_account_that_was_never_used_before_one_succeeds_too(stored: Stored, root_db: Database) -> None:
    last, confirms = await proposals_of_the_last_unit(stored.database, 40)
    async with root_db.begin() as connection:
        await connection.execute(text("DELETE FROM cap_counters WHERE cap LIKE '%/authorised%'"))
    results = await race([attempt(stored.database, order) for order in confirms])
    assert len(answers(results)) == 1
    assert (await last.now()).held == LAST_UNIT
    await audited(stored.database)


async def test_without_the_locks_the_last_unit_is_spent_more_than_once(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, confirms = await proposals_of_the_last_unit(stored.database, 40)
    without_locks(monkeypatch)
    results = await race([attempt(stored.database, order) for order in confirms])
    assert len(answers(results)) > 1
    assert "voucher.redemptions" in {finding.check for finding in (await run_audit(stored.database)).findings}


# ── 17: one hold, one end ────────────────────────────────────────────────────────────────────────────────────────


def all_ways_to_end(one: UUID) -> list[Order]:
    capture: dict[str, Any] = {"redemption_id": one, "by": provider, "currency": "CNY"}
    ways: list[Order] = []
    for _ in range(6):
        ways += [
            orders.Capture(**capture, capture_id=new_id()),
            orders.Capture(**capture, capture_id=new_id(), amount=1_000 * YUAN, last=True),
            orders.Capture(**capture, capture_id=new_id(), amount=1_000 * YUAN, last=False),
            orders.Void(redemption_id=one, by=provider, note="given up"),
            orders.CatchUp(redemption_id=one, by=orders.TIMER),
        ]
    return ways


def carry(database: Database, order: Order) -> Awaitable[Any]:
    """A timer's order has no key."""
    return redeem_all(database, [Request(order)]) if isinstance(order, orders.CatchUp) else attempt(database, order)


async def ends(database: Database, one: UUID) -> int:
    """How often a redemption came from an open state to a final one."""
    final = ", ".join(f"'{state}'" for state in FINAL)
    sql = f"""SELECT count(*) FROM redemption_transitions WHERE redemption_id = :one
              AND to_state IN ({final}) AND from_state NOT IN ({final})"""
    async with database.read() as connection:
        return int((await connection.execute(text(sql), {"one": one})).scalar_one())


async def test_capture_part_capture_void_and_lapse_on_one_hold_come_to_one_end(
    stored: Stored, set_clock: SetClock
) -> None:
    one = await stored.accepted()
    await set_clock(stored.voucher.deliver_by_ends - timedelta(milliseconds=60))
    results = await race([carry(stored.database, order) for order in all_ways_to_end(one)])
    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, Refusal)]
    assert await ends(stored.database, one) == 1
    await audited(stored.database)


async def test_void_delivery_and_lapse_around_deliver_by_come_to_one_end(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    rivals = [
        orders.Void(redemption_id=one, by=provider, note="given up"),
        orders.CatchUp(redemption_id=one, by=orders.TIMER),
    ]
    await set_clock(stored.voucher.deliver_by_ends - timedelta(milliseconds=10))
    await race([carry(stored.database, order) for order in rivals * 10])
    assert await ends(stored.database, one) == 1
    assert (await stored.now()).held == 0
    await audited(stored.database)


async def test_without_locks_and_the_databases_own_guard_one_hold_ends_more_than_once(
    stored: Stored, root_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored.accepted()
    without_locks(monkeypatch)
    async with root_db.begin() as connection:
        for table, name in (
            ("redemption_transitions", "redemption_transitions_number"),
            ("captures", "captures_number"),
        ):
            await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT uq_{name}"))
    await race([carry(stored.database, order) for order in all_ways_to_end(one)])
    assert await ends(stored.database, one) > 1
    assert (await run_audit(stored.database)).findings


# ── 18: one key, one effect ──────────────────────────────────────────────────────────────────────────────────────


def the_same_again(stored: Stored) -> Order:
    """A retry: the body is the same, only the id that would be given is new each time."""
    return stored.proposal(asked=LAST_UNIT)


async def count_redemptions(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM redemptions"))).scalar_one())


async def test_the_same_key_a_hundred_times_has_one_effect_and_one_answer(stored: Stored) -> None:
    tries = [attempt(stored.database, the_same_again(stored), "k", fingerprint="same") for _ in range(100)]
    results = answers(await race(tries))
    assert len(results) == 100
    assert [result.replayed for result in results].count(False) == 1
    assert {result.body["id"] for result in results} == {results[0].body["id"]}
    assert await count_redemptions(stored.database) == 1
    await audited(stored.database)


async def test_the_same_key_with_another_body_is_refused(stored: Stored) -> None:
    await carry_out(stored.database, the_same_again(stored), "k", fingerprint="one body")
    with pytest.raises(Refusal, match=r"idempotency\.mismatch"):
        await carry_out(stored.database, the_same_again(stored), "k", fingerprint="another")
    assert await count_redemptions(stored.database) == 1


async def test_the_same_key_of_another_client_is_another_request(stored: Stored) -> None:
    clients = [f"cli_{number}" for number in range(10)]
    tries = [attempt(stored.database, the_same_again(stored), "k", caller=one, fingerprint="same") for one in clients]
    assert len(answers(await race(tries))) == 10
    assert await count_redemptions(stored.database) == 10
    await audited(stored.database)


async def test_the_key_answers_before_any_state_is_looked_at(stored: Stored) -> None:
    one = await stored.propose()
    confirm = orders.Confirm(redemption_id=one, by=holder)
    first = await carry_out(stored.database, confirm, "k")
    await carry_out(stored.database, orders.Void(redemption_id=one, by=provider, note="given up"))
    again = await carry_out(stored.database, confirm, "k")
    assert (again.body, again.replayed) == (first.body, True)


async def test_without_keys_the_same_request_has_many_effects(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, superuser_url: str
) -> None:
    await without_keys(monkeypatch, superuser_url)
    tries = [attempt(stored.database, the_same_again(stored), "k", fingerprint="same") for _ in range(10)]
    await race(tries)
    assert await count_redemptions(stored.database) == 10


# ── 19: the last millisecond ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_redemption_in_the_last_milliseconds_and_the_expiry_sweep_share_the_value_out_once(
    stored: Stored, set_clock: SetClock
) -> None:
    late = [await a_stored_voucher(stored.database) for _ in range(12)]
    await set_clock(stored.voucher.use_by_ends - timedelta(hours=1))
    first, *asked, last = [await one.propose(asked=LAST_UNIT) for one in late]
    in_time = await attempt(stored.database, orders.Confirm(redemption_id=first, by=holder))
    await set_clock(stored.voucher.use_by_ends - timedelta(milliseconds=60))

    async def confirm(one: UUID, after: float) -> Any:
        await asyncio.sleep(after)
        return await attempt(stored.database, orders.Confirm(redemption_id=one, by=holder))

    async def sweep() -> None:
        for _ in range(10):
            await ExpiryTimer().run(stored.database, stored.voucher.use_by_ends)
            await asyncio.sleep(0.01)

    confirms = (confirm(one, number * 0.01) for number, one in enumerate(asked))
    *raced, _, _ = await asyncio.gather(*confirms, sweep(), sweep())
    await set_clock(stored.voucher.use_by_ends + timedelta(seconds=1))
    results = [in_time, *raced, await confirm(last, 0)]
    while await ExpiryTimer().run(stored.database, stored.voucher.use_by_ends):
        pass
    assert {isinstance(result, Answer) for result in results} == {True, False}
    for voucher, result in zip([await one.now() for one in late], results, strict=True):
        held = LAST_UNIT if isinstance(result, Answer) else 0
        assert (voucher.available, voucher.held, voucher.reclaimed) == (0, held, FACE - held)
    await audited(stored.database)


async def waits_on_the_voucher(stored: Stored, order: Order, meanwhile: Awaitable[Any], **changes: Any) -> Any:
    """Carry out an order that waits for the voucher's lock while something else happens."""
    async with stored.database.begin() as connection:
        await vouchers.lock(connection, [stored.voucher.id])
        waiting = asyncio.create_task(attempt(stored.database, order, **changes))
        await asyncio.sleep(0.2)
        await meanwhile
    return await waiting


async def test_a_redemption_that_waited_on_a_lock_past_use_by_is_refused(stored: Stored, set_clock: SetClock) -> None:
    await set_clock(stored.voucher.use_by_ends - timedelta(minutes=5))
    confirm = orders.Confirm(redemption_id=await stored.propose(), by=holder)
    result = await waits_on_the_voucher(stored, confirm, set_clock(stored.voucher.use_by_ends))
    assert isinstance(result, Refusal)
    assert (await stored.now()).held == 0
    await audited(stored.database)


async def test_with_a_clock_read_before_the_locks_it_would_succeed(
    stored: Stored, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored.voucher.use_by_ends - timedelta(minutes=5)
    await set_clock(before)
    confirm = orders.Confirm(redemption_id=await stored.propose(), by=holder)
    with_clock_read_early(monkeypatch, business=before)
    result = await waits_on_the_voucher(stored, confirm, set_clock(stored.voucher.use_by_ends))
    assert isinstance(result, Answer)


async def test_a_redemption_that_waited_on_a_lock_past_its_own_deadline_is_refused(stored: Stored) -> None:
    confirm = orders.Confirm(redemption_id=await stored.propose(), by=holder)
    soon = datetime.now(UTC) + timedelta(milliseconds=300)
    result = await waits_on_the_voucher(stored, confirm, asyncio.sleep(0.3), deadline=soon)
    assert isinstance(result, Refusal)
    assert result.code == "request.deadline"
    assert (await stored.now()).held == 0
    await audited(stored.database)


async def test_with_a_deadline_checked_on_arrival_it_would_succeed(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = datetime.now(UTC)
    with_clock_read_early(monkeypatch, business=NOW, real=arrived)
    confirm = orders.Confirm(redemption_id=await stored.propose(), by=holder)
    soon = arrived + timedelta(milliseconds=300)
    result = await waits_on_the_voucher(stored, confirm, asyncio.sleep(0.3), deadline=soon)
    assert isinstance(result, Answer)


async def test_orders_that_cross_on_two_vouchers_never_deadlock(stored: Stored) -> None:
    other = await a_stored_voucher(stored.database)
    pairs = [
        [one.proposal(asked=LAST_UNIT) for one in (pair if number % 2 else pair[::-1])]
        for number, pair in enumerate([(stored, other)] * 20)
    ]
    results = await race([redeem_all(stored.database, [Request(order) for order in pair]) for pair in pairs])
    assert not [result for result in results if isinstance(result, Exception)]
    assert await count_redemptions(stored.database) == 40
    await audited(stored.database)
