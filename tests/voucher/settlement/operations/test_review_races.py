"""Races for one claim line with real commits: two reviewers, a reviewer and a payee, an answer and the end of its time;
each runs once with its guard off, to show that it can fail.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Collection, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.ledger.store import counters
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.domain.reviewing import Verdict
from services.voucher.settlement.operations import correcting
from services.voucher.settlement.operations.timers import CorrectionTimer
from services.voucher.settlement.store import claim_lines, invoices, slips
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.databases import Urls
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.claimed import NOW, Captured, a_capture
from tests.voucher.settlement.reviewed import (
    APPROVE,
    REJECT,
    RETURN,
    city,
    claimed,
    correct,
    review,
    reviewer,
    second_city,
    the_line,
    withdraw,
)

MANY = 8


@pytest.fixture
async def captured(database_urls: Urls, set_clock: SetClock) -> AsyncGenerator[Captured]:
    """A capture in a database with a connection for each of eight who race."""
    await set_clock(NOW)
    database = Database(database_urls.voucher, "voucher", pool_size=MANY)
    yield await a_capture(database)
    await database.dispose()


async def race(*asked: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*asked, return_exceptions=True)


def told(results: Sequence[Any]) -> list[str]:
    """What became of each: done, the codes of its refusal, or what the database said."""
    return sorted(_told(result) for result in results)


def _told(result: Any) -> str:
    if isinstance(result, Answer):
        return "done"
    return result.code if isinstance(result, Refusal) else type(result).__name__


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: what is decided upon is only read, and two go on only when both have read their line."""
    barrier = asyncio.Barrier(2)

    async def read_together(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ClaimLine]:
        found = await claim_lines.read(connection, ids)
        async with asyncio.timeout(5):
            await barrier.wait()
        return found

    for store in (counters, redemptions, invoices, slips):
        monkeypatch.setattr(store, "lock", store.read)
    monkeypatch.setattr(vouchers, "lock", vouchers.read_all)
    monkeypatch.setattr(claim_lines, "lock", read_together)


async def at_the_city(captured: Captured) -> UUID:
    """A claim of the capture that the district has passed on."""
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, APPROVE)
    return claim_id


# ── two reviewers ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_eight_reviewers_of_one_line_one_decides(captured: Captured) -> None:
    claim_id = await at_the_city(captured)
    crowd = [reviewer(f"per_city_{number}", "440700", "city") for number in range(MANY)]
    results = await race(*(review(captured.database, claim_id, APPROVE, by=one) for one in crowd))
    assert told(results) == ["claim.state"] * (MANY - 1) + ["done"]
    await audited(captured.database)


async def test_two_reviewers_who_disagree_leave_one_decision(captured: Captured) -> None:
    claim_id = await at_the_city(captured)
    verdicts = ((APPROVE, city), (REJECT, second_city))
    results = await race(*(review(captured.database, claim_id, verdict, by=by) for verdict, by in verdicts))
    assert told(results) == ["claim.state", "done"]
    await audited(captured.database)


@pytest.mark.parametrize("verdict", [APPROVE, REJECT])
async def test_without_the_locks_the_number_of_the_step_has_the_last_word(
    captured: Captured, monkeypatch: pytest.MonkeyPatch, verdict: Verdict
) -> None:
    claim_id = await at_the_city(captured)
    without_locks(monkeypatch)
    verdicts = ((APPROVE, city), (verdict, second_city))
    results = await race(*(review(captured.database, claim_id, one, by=by) for one, by in verdicts))
    assert told(results) == ["IntegrityError", "done"]
    monkeypatch.undo()
    await audited(captured.database)


# ── a reviewer and the payee ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verdict", [APPROVE, REJECT])
async def test_a_line_is_decided_or_withdrawn_and_never_both(captured: Captured, verdict: Verdict) -> None:
    claim_id = await at_the_city(captured)
    decided, taken_back = await race(
        review(captured.database, claim_id, verdict, by=city), withdraw(captured.database, claim_id, 1)
    )
    assert told([decided, taken_back]) == ["claim.state", "done"]
    assert ((await the_line(captured.database, claim_id)).state is LineState.WITHDRAWN) == (_told(taken_back) == "done")
    await audited(captured.database)


async def test_without_the_locks_a_withdrawal_meets_a_decision_in_the_database(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = await at_the_city(captured)
    without_locks(monkeypatch)
    results = await race(
        review(captured.database, claim_id, APPROVE, by=city), withdraw(captured.database, claim_id, 1)
    )
    assert told(results) == ["IntegrityError", "done"]
    monkeypatch.undo()
    await audited(captured.database)


# ── an answer and the end of its time ───────────────────────────────────────────────────────────────────────────


async def returned(captured: Captured) -> tuple[UUID, datetime]:
    """A claim whose line was returned, and when its correction is overdue."""
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    due_at = (await the_line(captured.database, claim_id)).due_at
    assert due_at is not None
    return claim_id, due_at


async def waited_past_its_last_day(captured: Captured, set_clock: SetClock) -> tuple[str, LineState]:
    """A correction in time that waits for the redemption until its time is over, and the timer behind it: what became
    of the correction, and the line's state in the end.
    """
    claim_id, due_at = await returned(captured)
    await set_clock(due_at - timedelta(minutes=1))
    async with captured.database.begin() as holder:
        await redemptions.lock(holder, [captured.redemption_id])
        corrected = asyncio.create_task(correct(captured.database, claim_id, captured))
        await asyncio.sleep(0.2)
        await set_clock(due_at)
        swept = asyncio.create_task(CorrectionTimer().run(captured.database, due_at))
        await asyncio.sleep(0.2)
    (result,) = await race(corrected)
    await swept
    return _told(result), (await the_line(captured.database, claim_id)).state


async def test_a_correction_that_waited_past_its_last_day_is_refused_and_the_timer_rejects(
    captured: Captured, set_clock: SetClock
) -> None:
    assert await waited_past_its_last_day(captured, set_clock) == ("claim.state", LineState.REJECTED)
    await audited(captured.database)


async def test_with_the_clock_read_before_the_locks_a_late_correction_comes_through(
    captured: Captured, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before_the_locks(_: AsyncConnection) -> datetime:
        return NOW

    monkeypatch.setattr(correcting, "clock", SimpleNamespace(business_now=before_the_locks))
    assert await waited_past_its_last_day(captured, set_clock) == ("done", LineState.IN_REVIEW)


async def test_a_correction_in_time_and_the_timer_at_once_leave_one_of_both(
    captured: Captured, set_clock: SetClock
) -> None:
    claim_id, due_at = await returned(captured)
    await set_clock(due_at - timedelta(milliseconds=30))
    corrected, _ = await race(correct(captured.database, claim_id, captured), _swept_when_due(captured, due_at))
    state = (await the_line(captured.database, claim_id)).state
    assert state is (LineState.IN_REVIEW if _told(corrected) == "done" else LineState.REJECTED)
    await audited(captured.database)


async def _swept_when_due(captured: Captured, due_at: datetime) -> int:
    await asyncio.sleep(0.03)
    return await CorrectionTimer().run(captured.database, due_at)
