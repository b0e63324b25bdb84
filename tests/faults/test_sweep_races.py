"""What time takes back it takes once: against a claim in the last millisecond, beside a twin, and after kill -9."""

import asyncio
import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.chassis.timers import Timetable
from services.voucher.app import TIMETABLE
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.timers import TIMERS
from services.voucher.settlement.store import claims
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.conftest import SetClock
from tests.faults.conftest import vouchers_in
from tests.faults.machines import Nodes, until
from tests.faults.racing import without_locks
from tests.voucher.redemption.samples import FACE, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out
from tests.voucher.settlement.claimed import NOW, Captured, a_capture, attempted

MOMENT = timedelta(milliseconds=80)
CLAIM_LAPSE = next(timer for timer in TIMERS if timer.name == "redemption.claim_lapse")


# ── 19: a claim in the last millisecond ──────────────────────────────────────────────────────────────────────────


async def captures(database: Database, set_clock: SetClock, number: int) -> list[Captured]:
    await set_clock(NOW)
    return [await a_capture(database, 1_000 * YUAN) for _ in range(number)]


async def test_a_claim_in_the_last_milliseconds_wins_or_loses_and_never_both(
    crowd_db: Database, set_clock: SetClock
) -> None:
    early, *made, late = await captures(crowd_db, set_clock, 10)
    over = early.stored.voucher.claim_by_ends
    await set_clock(over - timedelta(minutes=1))
    in_time = await attempted(crowd_db, early.asked)
    await set_clock(over - MOMENT)

    async def claim(one: Captured, after: float) -> Answer | Refusal:
        await asyncio.sleep(after)
        return await attempted(crowd_db, one.asked)

    async def sweep() -> None:
        for _ in range(10):
            await CLAIM_LAPSE.run(crowd_db, over)
            await asyncio.sleep(0.01)

    claiming = (claim(one, place * 0.012) for place, one in enumerate(made))
    *raced, _, _ = await asyncio.gather(*claiming, sweep(), sweep())
    await set_clock(over + timedelta(seconds=1))
    results = [in_time, *raced, await attempted(crowd_db, late.asked)]
    await Timetable([*TIMERS, ExpiryTimer()]).run_due(crowd_db)
    assert {isinstance(result, Answer) for result in results} == {True, False}
    for one, result in zip([early, *made, late], results, strict=True):
        redemption, voucher = await one.stored.redemption(one.redemption_id), await one.stored.now()
        won = isinstance(result, Answer)
        assert (redemption.state, voucher.captured > 0) == (State.CAPTURED if won else State.REFUNDED, won)
        assert voucher.captured + voucher.reclaimed == FACE
    await audited(crowd_db)


async def claimed_while_time_runs_out(
    one: Captured, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> Answer | Refusal:
    """A claim that is decided before the end and written after it, while the timer runs."""
    decided, go_on, write = asyncio.Event(), asyncio.Event(), claims.add

    async def waits(*asked: Any) -> None:
        decided.set()
        await go_on.wait()
        await write(*asked)

    monkeypatch.setattr(claims, "add", waits)
    over = one.stored.voucher.claim_by_ends
    await set_clock(over - timedelta(minutes=1))
    claiming = asyncio.create_task(attempted(one.database, one.asked))
    await decided.wait()
    await set_clock(over)
    sweeping = asyncio.create_task(CLAIM_LAPSE.run(one.database, over))
    await asyncio.sleep(0.3)
    go_on.set()
    await sweeping
    return await claiming


async def test_the_timer_waits_for_a_claim_that_was_decided_in_time(
    crowd_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await captures(crowd_db, set_clock, 1)
    assert isinstance(await claimed_while_time_runs_out(one, set_clock, monkeypatch), Answer)
    assert (await one.stored.redemption(one.redemption_id)).state is State.CAPTURED
    await audited(crowd_db)


async def test_without_the_lock_the_claim_stands_on_what_went_back(
    crowd_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await captures(crowd_db, set_clock, 1)
    without_locks(monkeypatch)
    assert isinstance(await claimed_while_time_runs_out(one, set_clock, monkeypatch), Answer)
    assert (await one.stored.redemption(one.redemption_id)).state is State.REFUNDED
    assert (await run_audit(crowd_db)).findings


# ── 7 of the peers: the exact rest, once ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", ["year_end", "use_by"])
async def test_of_a_capture_and_the_end_of_its_hold_the_exact_rest_goes_to_the_right_pool_once(
    crowd_db: Database, set_clock: SetClock, end: str
) -> None:
    await set_clock(NOW)
    other, stored = await a_stored_voucher(crowd_db), await a_stored_voucher(crowd_db, ends_by=end)
    one = await stored.accepted(10_001 * YUAN, last=False)
    await carry_out(crowd_db, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    earned = (await stored.redemption(one)).captured
    over = stored.voucher.deliver_by_ends
    await set_clock(over - MOMENT)
    timers = [Timetable([*TIMERS, ExpiryTimer()]) for _ in range(3)]
    void = orders.Void(redemption_id=one, by=provider, note="over")

    async def again(timetable: Timetable) -> None:
        for _ in range(10):
            await timetable.run_due(crowd_db)
            await asyncio.sleep(0.015)

    await asyncio.gather(*(again(one) for one in timers), attempt(crowd_db, void))
    await set_clock(over + timedelta(seconds=1))
    await timers[0].run_due(crowd_db)
    voucher = await stored.now()
    assert (voucher.captured, voucher.held, voucher.available, voucher.reclaimed) == (earned, 0, 0, FACE - earned)
    assert await pools(crowd_db) == {stored.voucher.round_id: FACE - earned, other.voucher.round_id: FACE}
    await audited(crowd_db)


async def pools(database: Database) -> dict[Any, int]:
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(text("SELECT round_id, balance FROM round_pools"))}


# ── 1 and 9: the worker that sweeps is killed, or sleeps through its own replacement ─────────────────────────────

SMALL = {"services.voucher.wallet.operations.expiry.BATCH": 2}
BOUND = {
    "services.chassis.database.IDLE_IN_TRANSACTION_MILLISECONDS": 3_000,
    "services.chassis.database.TRANSACTION_MILLISECONDS": 10_000,
}
"""After how long PostgreSQL ends a transaction of one that sleeps, wherever in it he fell asleep."""
SWEPT = "SELECT count(*) FROM journals WHERE event = 'expired'"
COUNTED = "SELECT coalesce(sum(carried_out), 0) FROM timer_runs WHERE name = 'wallet.expire'"


async def number(database: Database, query: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def many_that_ended(database: Database, set_clock: SetClock) -> list[Stored]:
    await set_clock(NOW)
    made = await vouchers_in(database, 60)
    await set_clock(made[0].voucher.use_by_ends)
    return made


async def let_the_lease_end(database: Database) -> None:
    async with database.begin() as connection:
        free = "SELECT name FROM leases FOR UPDATE SKIP LOCKED"
        await connection.execute(text(f"UPDATE leases SET held_until = clock_timestamp() WHERE name IN ({free})"))


async def all_swept(database: Database, made: list[Stored]) -> None:
    while (swept := await number(database, SWEPT)) < len(made):

        async def more(before: int = swept) -> bool:
            return await number(database, SWEPT) > before

        await until(more)
    assert await number(database, SWEPT) == len(made)
    assert set((await pools(database)).values()) == {FACE}
    await audited(database)


async def test_a_sweep_that_is_killed_shows_how_far_it_came_and_is_carried_on_by_another(
    voucher_db: Database, root_db: Database, set_clock: SetClock, started: Nodes
) -> None:
    made = await many_that_ended(voucher_db, set_clock)
    first = await started.start(values=SMALL)

    async def under_way() -> bool:
        return await number(voucher_db, COUNTED) >= 10

    await until(under_way)
    first.kill()
    swept = await number(voucher_db, SWEPT)
    assert 10 <= await number(voucher_db, COUNTED) <= swept < len(made)
    await started.start(values=SMALL)
    await let_the_lease_end(root_db)
    await all_swept(voucher_db, made)


async def test_a_worker_that_slept_through_its_replacement_sweeps_nothing_more(
    voucher_db: Database, root_db: Database, set_clock: SetClock, started: Nodes
) -> None:
    made = await many_that_ended(voucher_db, set_clock)
    asleep = await started.start(values=SMALL | BOUND)

    async def under_way() -> bool:
        return await number(voucher_db, COUNTED) >= 4

    await until(under_way)
    asleep.send(signal.SIGSTOP)
    await started.start(values=SMALL)

    async def replaced() -> bool:
        await let_the_lease_end(root_db)
        return await number(voucher_db, "SELECT fence FROM leases WHERE name = 'timetable'") > 1

    await until(replaced)
    asleep.send(signal.SIGCONT)
    await all_swept(voucher_db, made)

    async def knows() -> bool:
        return b"office.lost" in asleep.log.read_bytes()

    await until(knows)


async def test_the_whole_timetable_played_by_three_at_once_is_played_once(
    crowd_db: Database, set_clock: SetClock
) -> None:
    await set_clock(NOW)
    made = await vouchers_in(crowd_db, 12)
    held = [await one.authorised(asked=1_000 * YUAN) for one in made[:6]]
    for one, stored in zip(held[:3], made, strict=False):
        await carry_out(crowd_db, stored.delivery(one))
        await carry_out(crowd_db, orders.Accept(redemption_id=one, by=holder, rating=5))
    await set_clock(made[0].voucher.claim_by_ends)
    await asyncio.gather(*(TIMETABLE.run_due(crowd_db) for _ in range(3)))
    await TIMETABLE.run_due(crowd_db)
    assert {(voucher.available, voucher.held, voucher.reclaimed) for voucher in [await one.now() for one in made]} == {
        (0, 0, FACE)
    }
    await audited(crowd_db)
