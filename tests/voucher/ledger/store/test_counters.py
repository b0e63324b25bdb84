"""Cap counters are made when first asked for, locked in one order and written back together."""

import asyncio

from services.chassis.database import Database
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters

A, B = CounterKey("per_year", "org_1", "2020"), CounterKey("per_year", "org_2", "2020")


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
    async def take(keys: list[CounterKey]) -> None:
        async with voucher_db.begin() as connection:
            locked = await counters.lock(connection, keys)
            await counters.save(connection, [counter.take(1) for counter in locked.values()])

    await asyncio.gather(*(take([A, B] if turn % 2 else [B, A]) for turn in range(30)))
    async with voucher_db.read() as connection:
        assert {counter.used for counter in (await counters.read(connection, [A, B])).values()} == {30}
