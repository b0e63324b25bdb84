"""Time acts as of its due instant, however late the timer runs, and everybody sees it at once."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.timers import Timetable
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.reading import list_redemptions, read_redemption
from services.voucher.redemption.operations.timers import TIMERS
from services.voucher.redemption.store.redemptions import Wanted
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out, permitted

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LONG_AFTER = datetime(2020, 12, 1, tzinfo=UTC)
EVERYTHING = Permit(permitted("auditor").caller, (Grant("auditor", "any"),))


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


async def test_a_proposal_nobody_answered_lapses(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.propose()
    await set_clock(LONG_AFTER)
    assert await Timetable(TIMERS).run_due(stored.database) == 1
    found = await stored.redemption(one)
    assert (found.state, found.due_at) == (State.LAPSED, None)
    await audited(stored.database)


async def test_a_hold_lapses_and_the_sweep_then_takes_it_back(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    await set_clock(stored.voucher.deliver_by_ends)
    assert await Timetable([*TIMERS, ExpiryTimer()]).run_due(stored.database) == 2
    assert (await stored.redemption(one)).state is State.LAPSED
    assert (await stored.now()).reclaimed == FACE
    await audited(stored.database)


async def test_a_late_timer_books_for_the_day_on_which_it_was_due(stored: Stored, set_clock: SetClock) -> None:
    await stored.authorised()
    await set_clock(LONG_AFTER)
    await Timetable(TIMERS).run_due(stored.database)
    async with stored.database.read() as connection:
        sql = "SELECT value_on, booked_at FROM journals WHERE event = 'lapsed'"
        value_on, booked_at = (await connection.execute(text(sql))).one()
    assert value_on.isoformat() == "2020-10-15"
    assert booked_at >= LONG_AFTER


async def test_silence_accepts_and_the_provider_is_asked_to_capture(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    await carry_out(stored.database, stored.delivery(one))
    await set_clock(LONG_AFTER)
    await Timetable(TIMERS).run_due(stored.database)
    assert (await stored.redemption(one)).state is State.ACCEPTED
    assert (await stored.redemption(one)).due_at == stored.voucher.claim_by_ends
    async with stored.database.read() as connection:
        sql = "SELECT kind FROM tasks WHERE closed_at IS NULL"
        assert list((await connection.execute(text(sql))).scalars()) == ["redemption.capture"]


async def test_everybody_sees_what_fell_due_before_a_timer_has_run(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    await set_clock(LONG_AFTER)
    whole = await read_redemption(stored.database, permit=EVERYTHING, redemption_id=one)
    assert whole.redemption.state is State.LAPSED
    assert [kept.event for kept in whole.history] == ["proposed", "authorised", "lapsed"]
    assert whole.history[-1].at == stored.voucher.deliver_by_ends
    listed, _ = await list_redemptions(stored.database, permit=EVERYTHING, wanted=Wanted(), after=None, limit=10)
    assert [red.state for red in listed] == [State.LAPSED]
    assert (await stored.redemption(one)).state is State.AUTHORISED


async def test_nothing_due_is_nothing_done(stored: Stored) -> None:
    await stored.propose()
    for timer in TIMERS:
        assert await timer.run(stored.database, NOW + timedelta(seconds=30)) == 0


SECOND_STEP = """
INSERT INTO redemption_transitions
    (id, redemption_id, number, event, to_state, at, person, client, held, captured, refunded)
SELECT gen_random_uuid(), redemption_id, 2, event, to_state, at, person, client, held, captured, refunded
FROM redemption_transitions WHERE redemption_id = :id
"""


async def test_one_that_cannot_be_decided_holds_up_none_of_the_others(stored: Stored, set_clock: SetClock) -> None:
    poison, second, third = [await stored.propose() for _ in range(3)]
    async with stored.database.begin() as connection:
        await connection.execute(text(SECOND_STEP), {"id": poison})
    await set_clock(LONG_AFTER)
    assert await Timetable(TIMERS).run_due(stored.database) == 2
    assert {(await stored.redemption(one)).state for one in (second, third)} == {State.LAPSED}
    assert (await stored.redemption(poison)).state is State.PROPOSED
    async with stored.database.read() as connection:
        assert await TIMERS[0].passed_over(connection) == [poison]
        (standing, *others) = await Timetable(TIMERS).standing(connection, LONG_AFTER)
    assert standing[0].stuck_why == "1 passed over"
    assert standing[0].stuck_since is not None
    assert {other.stuck_why for other, _ in others} == {None}


async def test_what_is_passed_over_is_forgotten_after_a_minute_and_is_no_other_databases_matter(
    stored: Stored, set_clock: SetClock, database_urls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.voucher.redemption.operations.timers.ASIDE", timedelta(milliseconds=300))
    other = Database(database_urls.voucher, "voucher")
    await passing_over(stored, set_clock)
    async with stored.database.read() as here, other.read() as there:
        assert [len(await TIMERS[0].passed_over(one)) for one in (here, there)] == [1, 0]
        assert await TIMERS[0].next_due(here) is None
        assert await TIMERS[0].next_due(there) is not None
    await asyncio.sleep(0.4)
    async with stored.database.read() as here:
        assert await TIMERS[0].passed_over(here) == []
    await other.dispose()


async def test_where_too_many_are_passed_over_nothing_is_tried_and_the_timer_is_late(
    stored: Stored, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.voucher.redemption.operations.timers.MOST_ASIDE", 1)
    await passing_over(stored, set_clock, stored.propose())
    assert await TIMERS[0].run(stored.database, LONG_AFTER) == 0
    async with stored.database.read() as connection:
        assert await TIMERS[0].next_due(connection) is not None


async def test_however_many_are_passed_over_they_can_be_asked_without(stored: Stored) -> None:
    """A statement takes 32,767 parameters at the most."""
    many = [new_id() for _ in range(40_000)]
    async with stored.database.read() as connection:
        for timer in TIMERS:
            assert await timer.find(connection, upto=LONG_AFTER, limit=1, without=many) == []


async def passing_over(stored: Stored, set_clock: SetClock, *others: Awaitable[UUID]) -> None:
    """One proposal that cannot be decided falls due and was tried, before any other."""
    poison = await stored.propose()
    for other in others:
        await other
    async with stored.database.begin() as connection:
        await connection.execute(text(SECOND_STEP), {"id": poison})
    await set_clock(LONG_AFTER)
    assert await TIMERS[0].run(stored.database, LONG_AFTER) == 0


async def test_each_timer_has_its_states_and_says_when_it_is_next(stored: Stored) -> None:
    await stored.propose()
    async with stored.database.read() as connection:
        due = {timer.name: await timer.next_due(connection) for timer in TIMERS}
    assert due["redemption.proposal_lapse"] == datetime(2020, 9, 24, 16, 0, tzinfo=UTC)
    assert due["redemption.delivery_lapse"] is None
    assert due["redemption.silence"] is None


async def captured(stored: Stored, **changes: Any) -> UUID:
    one = await stored.accepted(**changes)
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    return one


async def test_what_nobody_claimed_goes_back_to_the_voucher_and_on_to_the_pool(
    stored: Stored, set_clock: SetClock
) -> None:
    one = await captured(stored)
    await set_clock(stored.voucher.claim_by_ends - timedelta(seconds=30))
    assert await Timetable([*TIMERS, ExpiryTimer()]).run_due(stored.database) == 1
    await set_clock(stored.voucher.claim_by_ends)
    assert await Timetable([*TIMERS, ExpiryTimer()]).run_due(stored.database) == 2
    found, voucher = await stored.redemption(one), await stored.now()
    assert (found.state, found.stands, voucher.captured, voucher.reclaimed) == (State.REFUNDED, 0, 0, FACE)
    whole = await read_redemption(stored.database, permit=EVERYTHING, redemption_id=one)
    assert whole.history[-1].event == "claim_expired"
    await audited(stored.database)


async def test_an_accepted_delivery_nobody_captures_lapses_and_its_task_is_closed(
    stored: Stored, set_clock: SetClock
) -> None:
    one = await stored.accepted()
    await set_clock(stored.voucher.claim_by_ends)
    await Timetable([*TIMERS, ExpiryTimer()]).run_due(stored.database)
    assert (await stored.redemption(one)).state is State.LAPSED
    async with stored.database.read() as connection:
        open_tasks = "SELECT count(*) FROM tasks WHERE closed_at IS NULL"
        assert (await connection.execute(text(open_tasks))).scalar_one() == 0
    await audited(stored.database)


@pytest.mark.parametrize("end", ["proposed", "authorised", "delivered", "accepted", "captured", "disputed"])
async def test_a_list_by_state_tells_what_the_timers_will_have_done(
    stored: Stored, set_clock: SetClock, end: str
) -> None:
    ways = {"proposed": stored.propose, "authorised": stored.authorised, "accepted": stored.accepted}
    one = await (captured(stored) if end == "captured" else ways.get(end, stored.authorised)())
    if end in {"delivered", "disputed"}:
        await carry_out(stored.database, stored.delivery(one))
    if end == "disputed":
        await carry_out(stored.database, orders.Dispute(redemption_id=one, by=holder, note="no"))
    for at in (NOW, stored.voucher.deliver_by_ends, LONG_AFTER, stored.voucher.claim_by_ends):
        await set_clock(at)
        state = (await read_redemption(stored.database, permit=EVERYTHING, redemption_id=one)).redemption.state
        listed = [
            found
            for found in State
            if (
                await list_redemptions(
                    stored.database, permit=EVERYTHING, wanted=Wanted(state=found), after=None, limit=2
                )
            )[0]
        ]
        assert listed == [state]
    await Timetable(TIMERS).run_due(stored.database)
    assert (await stored.redemption(one)).state is state
