"""Cap counters are made when first asked for, locked in one order and written back together."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from services.chassis import bulk
from services.chassis.database import Database
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.ledger.store.tables import CapCounters

TWELVE = [CounterKey("per_year", f"org_{number:02}", "2020") for number in range(12)]
A, B = TWELVE[:2]


async def take(database: Database, keys: Sequence[CounterKey]) -> None:
    """One from each, in a transaction."""
    async with database.begin() as connection:
        locked = await counters.lock(connection, keys)
        await counters.save(connection, [counter.take(1) for counter in locked.values()])


async def used(database: Database, keys: Sequence[CounterKey]) -> dict[CounterKey, int]:
    async with database.read() as connection:
        return {key: counter.used for key, counter in (await counters.read(connection, keys)).items()}


async def until_someone_waits(database: Database) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(5), database.read() as connection:
        while not (await connection.execute(text(waiting))).scalar_one():
            await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
            await asyncio.sleep(0.01)


async def test_a_counter_that_is_missing_is_made_at_zero(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        assert await counters.lock(connection, [B, A, B]) == {A: Counter(A), B: Counter(B)}


async def test_what_is_saved_is_found_again(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        locked = await counters.lock(connection, [A, B])
        await counters.save(connection, [locked[A].take(5), locked[B].take(7)])
    async with voucher_db.begin() as connection:
        assert (await counters.lock(connection, [A]))[A].used == 5
    async with voucher_db.read() as connection:
        assert await counters.read(connection, [A, B, CounterKey("x", "y", "z")]) == {
            A: Counter(A, 5),
            B: Counter(B, 7),
            CounterKey("x", "y", "z"): Counter(CounterKey("x", "y", "z")),
        }


async def test_no_counters_are_no_statement(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        assert await counters.lock(connection, []) == {}
        await counters.save(connection, [])


async def test_many_takers_of_counters_never_used_before_are_all_counted(voucher_db: Database) -> None:
    await asyncio.gather(*(take(voucher_db, [A, B] if turn % 2 else [B, A]) for turn in range(30)))
    assert await used(voucher_db, [A, B]) == {A: 30, B: 30}


async def test_who_waits_for_a_counter_that_another_makes_holds_none_meanwhile(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await counters.lock(connection, [B])
    async with voucher_db.begin() as connection:
        await bulk.insert_all(
            connection, CapCounters, [{"cap": A.cap, "subject": A.subject, "period": A.period, "used": 0}]
        )
        waits = asyncio.create_task(take(voucher_db, [A, B]))
        await until_someone_waits(voucher_db)
        assert (await counters.lock(connection, [B]))[B].used == 0
    await waits
    assert await used(voucher_db, [A, B]) == {A: 1, B: 1}


@pytest.mark.parametrize("seed", range(5))
async def test_of_many_who_make_and_take_counters_in_any_order_no_two_wait_for_each_other(
    voucher_db: Database, seed: int
) -> None:
    chance = random.Random(seed)
    asked = [chance.sample(TWELVE, chance.randint(2, 8)) for _ in range(40)]
    await asyncio.gather(*(take(voucher_db, keys) for keys in asked))
    assert await used(voucher_db, TWELVE) == {key: sum(key in keys for keys in asked) for key in TWELVE}
