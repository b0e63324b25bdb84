"""A shared limit is spent from memory, leased in slices, and never exceeded over all processes."""

import asyncio

import pytest
from sqlalchemy import event

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.gateway import limits as module
from services.gateway.limits import Limits


class Clock:
    """Real time, stopped."""

    def __init__(self) -> None:
        self.now = 6000.0

    def __call__(self) -> float:
        return self.now


async def spent(limits: Limits, calls: int, limit: int, key: str = "caller") -> int:
    """How many of some calls were let through."""
    results = await asyncio.gather(*(limits.spend(key, limit) for _ in range(calls)), return_exceptions=True)
    return sum(result is None for result in results)


async def test_a_limit_is_spent_and_comes_back_with_the_next_minute(gateway_db: Database) -> None:
    clock = Clock()
    limits = Limits(gateway_db, clock=clock)
    assert await spent(limits, 30, 20) == 20
    with pytest.raises(Refusal) as refused:
        await limits.spend("caller", 20)
    assert refused.value.reasons[0].numbers == {"retry_after_seconds": 60}
    clock.now += 60
    assert await spent(limits, 30, 20) == 20


async def test_processes_share_one_limit(gateway_db: Database) -> None:
    clock = Clock()
    here, there = Limits(gateway_db, clock=clock), Limits(gateway_db, clock=clock)
    let_through = await asyncio.gather(spent(here, 100, 50), spent(there, 100, 50))
    assert sum(let_through) == 50


async def test_most_calls_need_no_statement(gateway_db: Database) -> None:
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    limits = Limits(gateway_db, clock=Clock())
    event.listen(gateway_db.engine.sync_engine, "before_cursor_execute", count)
    assert await spent(limits, 1000, 1000) == 1000
    assert sum(statement.startswith("INSERT") for statement in statements) == 10


async def test_one_key_does_not_pay_for_another(gateway_db: Database) -> None:
    limits = Limits(gateway_db, clock=Clock())
    assert await spent(limits, 5, 1, "one") == 1
    assert await spent(limits, 5, 1, "two") == 1


async def test_the_number_of_keys_is_bounded(gateway_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEYS_MAX", 2)
    clock = Clock()
    limits = Limits(gateway_db, clock=clock)
    await limits.spend("one", 10)
    await limits.spend("two", 10)
    with pytest.raises(Refusal, match=r"service\.unavailable"):
        await limits.spend("three", 10)
    clock.now += 60
    await limits.spend("three", 10)
