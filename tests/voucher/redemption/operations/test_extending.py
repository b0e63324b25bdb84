"""An extension reaches what its voucher holds and what was captured, and leaves alone what fell due before it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.chassis.timers import Timetable
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations import extending
from services.voucher.redemption.operations.timers import TIMERS
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.conftest import SetClock
from tests.voucher.redemption.operated import an_operator, cancelled, extend, keyed, suspend
from tests.voucher.redemption.samples import FACE, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LATER = datetime(2020, 11, 14, 16, 0, tzinfo=UTC)
CLAIM_LATER = datetime(2021, 1, 14, 16, 0, tzinfo=UTC)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


def a_capture(one: UUID) -> orders.Capture:
    return orders.Capture(redemption_id=one, by=provider, capture_id=new_id(), currency="CNY")


async def test_a_hold_may_be_delivered_as_long_as_its_voucher_may(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    await extend(stored.database, stored.voucher.id)
    found = await stored.redemption(one)
    assert (found.deliver_by, found.due_at, found.steps) == (date(2020, 11, 14), LATER, 3)
    await set_clock(stored.voucher.deliver_by_ends)
    assert await Timetable(TIMERS).run_due(stored.database) == 0
    await carry_out(stored.database, stored.delivery(one, completed_on=date(2020, 10, 15)))
    assert (await stored.redemption(one)).state is State.DELIVERED
    await audited(stored.database)


async def test_the_provider_is_told_and_his_task_is_due_later(stored: Stored) -> None:
    one = await stored.authorised()
    await extend(stored.database, stored.voucher.id)
    async with stored.database.read() as connection:
        told = await connection.execute(
            text("SELECT type FROM events WHERE subject_kind = 'redemption' ORDER BY position")
        )
        assert [row.type for row in told][-1] == "redemption.extended"
        due = text("SELECT kind, due_at FROM tasks WHERE subject_id = :one AND closed_at IS NULL")
        rows = await connection.execute(due, {"one": one})
        assert [(row.kind, row.due_at) for row in rows] == [("redemption.deliver", LATER)]


async def test_what_was_captured_may_be_claimed_later(stored: Stored) -> None:
    one = await stored.accepted()
    await carry_out(stored.database, a_capture(one))
    await extend(stored.database, stored.voucher.id)
    (capture,) = (await stored.redemption(one)).captures
    assert capture.claim_by_ends == CLAIM_LATER
    await audited(stored.database)


async def test_what_lapsed_before_the_extension_is_not_revived(stored: Stored, set_clock: SetClock) -> None:
    """No timer has run: the hold is due, and stays so as of its instant."""
    one = await stored.authorised()
    await set_clock(stored.voucher.deliver_by_ends + timedelta(hours=1))
    await extend(stored.database, stored.voucher.id)
    assert (await stored.redemption(one)).due_at == stored.voucher.deliver_by_ends
    await Timetable([*TIMERS, ExpiryTimer()]).run_due(stored.database)
    found, voucher = await stored.redemption(one), await stored.now()
    assert (found.state, voucher.available, voucher.state) == (State.LAPSED, FACE, VoucherState.ACTIVE)
    async with stored.database.read() as connection:
        lapse = (await decisions.of_subject(connection, one))[-1]
    assert (lapse.kind, lapse.numbers["deliver_by"]) == ("lapse", "2020-10-15")
    await audited(stored.database)


async def test_what_is_held_on_a_suspended_voucher_is_delivered_and_captured(stored: Stored) -> None:
    one = await stored.authorised(asked=5_000 * YUAN)
    await suspend(stored.database, stored.voucher.id)
    await carry_out(stored.database, stored.delivery(one))
    await carry_out(stored.database, orders.Accept(redemption_id=one, by=holder, rating=5))
    await carry_out(stored.database, a_capture(one))
    voucher = await stored.now()
    assert (voucher.captured, voucher.state) == (5_000 * YUAN, VoucherState.SUSPENDED)
    await audited(stored.database)


async def test_what_comes_free_on_a_cancelled_voucher_is_swept_to_the_pool(stored: Stored) -> None:
    one = await stored.authorised(asked=5_000 * YUAN)
    await cancelled(stored.database, stored.voucher.id)
    assert ((await stored.now()).held, (await stored.now()).available) == (5_000 * YUAN, 0)
    await carry_out(stored.database, orders.Void(redemption_id=one, by=provider, note="given up"))
    await Timetable([ExpiryTimer()]).run_due(stored.database)
    voucher = await stored.now()
    assert (voucher.reclaimed, voucher.state) == (FACE, VoucherState.CANCELLED)
    await audited(stored.database)


async def test_another_bureau_extends_nothing(stored: Stored) -> None:
    permit, asked = an_operator(bureau="another"), extending.Asked("because", None)
    with pytest.raises(NotFound):
        await extending.extend(
            stored.database,
            keyed("extend", stored.voucher.id),
            permit=permit,
            voucher_id=stored.voucher.id,
            asked=asked,
        )


@pytest.mark.parametrize("timely", [True, False])
async def test_an_extension_comes_to_the_same_before_and_after_the_sweep(
    stored: Stored, set_clock: SetClock, timely: bool
) -> None:
    """Beside what is held; what went back is booked, decided and told as of the voucher's end either way."""
    await stored.authorised(asked=5_000 * YUAN)
    await set_clock(stored.voucher.ends_at + timedelta(hours=1))
    if timely:
        await Timetable([ExpiryTimer()]).run_due(stored.database)
    await extend(stored.database, stored.voucher.id)
    async with stored.database.read() as connection:
        sql = "SELECT event, value_on::text FROM journals ORDER BY sequence DESC LIMIT 2"
        booked = [tuple(row) for row in await connection.execute(text(sql))]
        first, second = await decisions.of_subject(connection, stored.voucher.id)
    voucher = await stored.now()
    assert (voucher.available, voucher.reclaimed, voucher.state) == (FACE - 5_000 * YUAN, 0, VoucherState.ACTIVE)
    assert [event for event, _ in booked] == ["reissued", "expired"]
    assert ((first.kind, first.at), second.kind) == (("expire", stored.voucher.ends_at), "extended")
    await audited(stored.database)
