"""The holder objects in the last milliseconds before his silence accepts: he is heard, or he was silent."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.redeem import Request, redeem_all
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.faults.racing import answers, codes, race, with_clock_read_early
from tests.voucher.redemption.samples import holder
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
Delivered = tuple[Stored, orders.Dispute, datetime]


@pytest.fixture
async def delivered(crowd_db: Database, set_clock: SetClock) -> Delivered:
    """A delivery that waits for its holder, his objection, and the instant at which his silence accepts."""
    await set_clock(NOW)
    stored = await a_stored_voucher(crowd_db)
    one = await stored.authorised()
    await carry_out(crowd_db, stored.delivery(one))
    due = (await stored.redemption(one)).due_at
    assert due is not None
    return stored, orders.Dispute(redemption_id=one, by=holder, note="The report lacks the fatigue test."), due


@pytest.mark.parametrize("early_by", [0, 10, 30, 60])
async def test_whoever_objects_while_silence_falls_due_is_heard_or_was_silent(
    delivered: Delivered, set_clock: SetClock, early_by: int
) -> None:
    stored, objection, due = delivered
    silence = Request(orders.CatchUp(redemption_id=objection.redemption_id, by=orders.TIMER))
    await set_clock(due - timedelta(milliseconds=early_by))
    objecting = [attempt(stored.database, objection) for _ in range(5)]
    results = await race([*objecting, *(redeem_all(stored.database, [silence]) for _ in range(5))])
    await set_clock(due)
    await redeem_all(stored.database, [silence])
    heard = len(answers(results))
    assert (await stored.redemption(objection.redemption_id)).state is (State.DISPUTED if heard else State.ACCEPTED)
    assert (heard <= 1, codes(results)) == (True, {"redemption.state"})
    await audited(stored.database)


async def objects_while_time_runs_out(delivered: Delivered, set_clock: SetClock) -> Answer | Refusal:
    """An objection that was sent in time and waits for the voucher until its holder has been silent too long."""
    stored, objection, due = delivered
    await set_clock(due - timedelta(minutes=5))
    async with stored.database.begin() as connection:
        await vouchers.lock(connection, [stored.voucher.id])
        waiting = asyncio.create_task(attempt(stored.database, objection))
        await asyncio.sleep(0.2)
        await set_clock(due)
    return await waiting


async def test_an_objection_that_waited_past_the_silence_was_silence(delivered: Delivered, set_clock: SetClock) -> None:
    result = await objects_while_time_runs_out(delivered, set_clock)
    assert codes([result]) == {"redemption.state"}


async def test_with_a_clock_read_before_the_locks_it_would_be_heard(
    delivered: Delivered, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_clock_read_early(monkeypatch, business=delivered[2] - timedelta(minutes=5))
    assert isinstance(await objects_while_time_runs_out(delivered, set_clock), Answer)
