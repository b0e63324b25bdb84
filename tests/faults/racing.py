"""Lets many race for one thing on connections of their own, and switches their locks off to see them collide."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis import clock
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.ledger.store import counters
from services.voucher.redemption.store import redemptions
from services.voucher.wallet.store import vouchers

AT_ONCE = 20


async def race(runners: Sequence[Awaitable[Any]]) -> list[Any]:
    """All of them, as many at a time as there are connections; what they raise is part of the result."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(runner: Awaitable[Any]) -> Any:
        async with gate:
            return await runner

    return await asyncio.gather(*(run(runner) for runner in runners), return_exceptions=True)


def answers(results: Sequence[Any]) -> list[Answer]:
    return [result for result in results if isinstance(result, Answer)]


def codes(results: Sequence[Any]) -> set[str]:
    return {result.code for result in results if isinstance(result, Refusal)}


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: what is decided upon is only read."""
    monkeypatch.setattr(counters, "lock", counters.read)
    monkeypatch.setattr(vouchers, "lock", vouchers.read_all)
    monkeypatch.setattr(redemptions, "lock", redemptions.read)


def with_clock_read_early(
    monkeypatch: pytest.MonkeyPatch, *, business: datetime | None = None, real: datetime | None = None
) -> None:
    """The guard off: what the clocks say after the last lock is what they said before the first."""
    both = business or datetime.now(UTC), real or datetime.now(UTC)

    async def at_the_start(_: Any) -> tuple[datetime, datetime]:
        return both

    monkeypatch.setattr(clock, "both", at_the_start)
