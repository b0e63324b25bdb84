"""A voucher is suspended, extended and cancelled while others redeem and sweep: one outcome each time.

Each race also runs with its guard off, so that it is seen to fail.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.ledger.store import counters
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.store import redemptions
from services.voucher.wallet.domain.change_request import RequestKind
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.operations import expiry
from services.voucher.wallet.store import rounds, vouchers
from tests.conftest import SetClock
from tests.faults.racing import AT_ONCE, race
from tests.voucher.redemption.operated import ask, extend, grant, suspend
from tests.voucher.redemption.samples import FACE, holder
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
BLINK = timedelta(milliseconds=40)


@pytest.fixture
async def stored(crowd_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(crowd_db)


def codes(results: Sequence[Any]) -> list[str]:
    return [result.code for result in results if isinstance(result, Refusal)]


def done_by(results: Sequence[Any]) -> int:
    return sum(isinstance(result, Answer) for result in results)


def failures(results: Sequence[Any]) -> list[BaseException]:
    """What was neither an answer, a count nor a refusal."""
    return [one for one in results if isinstance(one, BaseException) and not isinstance(one, Refusal)]


def confirm(one: Any) -> orders.Confirm:
    return orders.Confirm(redemption_id=one, by=holder)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: what is decided upon is only read."""

    async def unlocked_pool(connection: Any, round_id: Any, pool_class: str) -> rounds.Pool:
        columns = rounds.POOLS.c
        statement = rounds.POOLS.select().where(columns.round_id == round_id, columns.pool_class == pool_class)
        row = (await connection.execute(statement)).one()
        return rounds.Pool(row.round_id, row.pool_class, row.balance)

    monkeypatch.setattr(rounds, "lock_pool", unlocked_pool)
    monkeypatch.setattr(counters, "lock", counters.read)
    monkeypatch.setattr(vouchers, "lock", vouchers.read_all)
    monkeypatch.setattr(redemptions, "lock", redemptions.read)


# ── 38: confirm × expiry × suspension ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("turn", range(6))
async def test_confirm_expiry_and_suspension_come_to_one_outcome(
    stored: Stored, set_clock: SetClock, turn: int
) -> None:
    """Whoever has the voucher's lock first decides: it is confirmed, or refused with the reason that came before."""
    one = await stored.propose()
    await set_clock(stored.voucher.ends_at - BLINK)
    runners: list[Awaitable[Any]] = [
        attempt(stored.database, confirm(one)),
        suspend(stored.database, stored.voucher.id),
        *(expiry.sweep(stored.database, stored.voucher.ends_at + turn * BLINK) for _ in range(2)),
    ]
    results = await race(runners[turn % 2 :: -1] + runners[turn % 2 + 1 :])
    assert not failures(results)
    found, voucher = await stored.redemption(one), await stored.now()
    confirmed = found.state is State.AUTHORISED
    assert voucher.held == (found.held if confirmed else 0)
    assert voucher.available + voucher.held + voucher.reclaimed == FACE
    if not confirmed:
        assert set(codes(results)) <= {"voucher.suspended", "voucher.expired", "redemption.state", "voucher.not_active"}
    await audited(stored.database)


async def test_what_waited_past_a_suspension_is_refused_by_it(stored: Stored) -> None:
    one = await stored.propose()
    async with stored.database.begin() as connection:
        await vouchers.lock(connection, [stored.voucher.id])
        suspending = asyncio.create_task(suspend(stored.database, stored.voucher.id))
        await waits(stored.database, 1)
        confirming = asyncio.create_task(attempt(stored.database, confirm(one)))
        await waits(stored.database, 2)
    await suspending
    refusal = await confirming
    assert isinstance(refusal, Refusal)
    assert refusal.code == "voucher.suspended"
    assert (await stored.now()).state is VoucherState.SUSPENDED
    await audited(stored.database)


async def waits(database: Database, number: int) -> None:
    """Until so many sessions wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        async with database.read() as connection:
            if (await connection.exec_driver_sql(waiting)).scalar_one() >= number:
                return
        await asyncio.sleep(0.02)
    raise TimeoutError(f"nobody waits: fewer than {number}")


# ── cancel × confirm ────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_cancel_and_confirm_the_first_wins_and_no_value_is_lost(stored: Stored) -> None:
    one = await stored.propose()
    request = await ask(stored.database, stored.voucher.id, RequestKind.CANCEL)
    results = await race([grant(stored.database, request), attempt(stored.database, confirm(one))])
    found, voucher = await stored.redemption(one), await stored.now()
    assert voucher.state is VoucherState.CANCELLED
    assert (voucher.held, voucher.reclaimed) == (found.held, FACE - found.held)
    assert codes(results) in ([], ["voucher.cancelled"])
    await audited(stored.database)


async def test_without_the_locks_a_cancelled_voucher_is_confirmed_and_the_books_say_so(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored.propose()
    request = await ask(stored.database, stored.voucher.id, RequestKind.CANCEL)
    without_locks(monkeypatch)
    both_look_first(monkeypatch)
    results = await race([grant(stored.database, request), attempt(stored.database, confirm(one))])
    assert done_by(results) == 2
    assert "voucher.stored" in {finding.check for finding in (await run_audit(stored.database)).findings}


def both_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither decides before the other has seen the voucher: the clock is read after the last lock."""
    barrier, read = asyncio.Barrier(2), vouchers.lock

    async def seen_by_both(*asked: Any) -> Any:
        found = await read(*asked)
        async with asyncio.timeout(5):
            await barrier.wait()
        return found

    monkeypatch.setattr(vouchers, "lock", seen_by_both)


# ── extend × expiry sweep ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("turn", range(4))
async def test_quota_goes_back_once_and_comes_back_once(stored: Stored, set_clock: SetClock, turn: int) -> None:
    """However extension and sweeps interleave at the voucher's end, all of it is on the extended voucher."""
    await set_clock(stored.voucher.ends_at)
    runners: list[Awaitable[Any]] = [expiry.sweep(stored.database, stored.voucher.ends_at) for _ in range(3)]
    runners.insert(turn, extend(stored.database, stored.voucher.id))
    results = await race(runners)
    assert not failures(results)
    voucher = await stored.now()
    assert (voucher.available, voucher.reclaimed, voucher.extended) == (FACE, 0, 1)
    assert voucher.state is VoucherState.ACTIVE
    await audited(stored.database)


async def test_two_extensions_at_once_are_one(stored: Stored) -> None:
    results = await race([extend(stored.database, stored.voucher.id) for _ in range(AT_ONCE)])
    assert (done_by(results), set(codes(results))) == (1, {"voucher.extended_already"})
    await audited(stored.database)
