"""Whatever comes in between keeps the money in: stops and account changes against every step of a batch, at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.chassis.database import Database
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.store import bank_accounts
from tests.conftest import SetClock
from tests.voucher.payout.steps import (
    NOW,
    House,
    a_house,
    activate,
    audited,
    change_account,
    decide_account,
    refused,
    submit_account,
)
from tests.voucher.payout.steps import stop as put_stop
from tests.voucher.settlement.approved import Case

Step = Callable[[House, Batch], Awaitable[object]]
GOING_OUT: list[tuple[Callable[[House], Awaitable[Batch]], Step]] = [
    (House.submitted, House.approve),
    (House.approved, House.write),
    (House.written, House.send),
]


@pytest.fixture
async def house(voucher_db: Database, case: Case) -> House:
    return await a_house(voucher_db)


@pytest.mark.parametrize(("reach", "step"), GOING_OUT)
async def test_a_stop_after_preparation_keeps_the_money_in(
    house: House, case: Case, reach: Callable[[House], Awaitable[Batch]], step: Step
) -> None:
    batch = await reach(house)
    before = await house.batch(batch.id)
    await put_stop(case)
    assert await refused(step(house, batch)) == ["payout_batch.blocked", "leg.stopped"]
    assert await house.batch(batch.id) == before


@pytest.mark.parametrize("turn", range(4))
async def test_a_stop_and_a_sending_at_once_never_both_succeed(house: House, case: Case, turn: int) -> None:
    batch = await house.written()
    both = [refused(put_stop(case)), refused(house.send(batch))]
    said = await asyncio.gather(*(both if turn % 2 else reversed(both)))
    stopped, sent = said if turn % 2 else reversed(said)
    assert (stopped, sent) in [([], ["payout_batch.blocked", "leg.stopped"]), (["stop.too_late"], [])]
    await audited(house.database)


async def test_a_stop_and_a_preparation_at_once_end_with_nothing_approved(house: House, case: Case) -> None:
    stopped, prepared = await asyncio.gather(refused(put_stop(case)), refused(house.prepare(case.leg_id)))
    assert (stopped, prepared) in [([], []), ([], ["payout_batch.nothing_to_pay", "leg.stopped"])]
    assert ((await case.leg()).payout_id is None) == bool(prepared)
    for batch in await house.batches():
        await house.submit(batch)
        assert await refused(house.approve(batch)) == ["payout_batch.blocked", "leg.stopped"]
    await audited(house.database)


async def test_a_stop_and_an_approval_at_once_end_with_nothing_written(house: House, case: Case) -> None:
    batch = await house.submitted()
    stopped, approved = await asyncio.gather(refused(put_stop(case)), refused(house.approve(batch)))
    blocked = ["payout_batch.blocked", "leg.stopped"]
    assert (stopped, approved) in [([], []), ([], blocked)]
    assert await refused(house.write(batch)) == (["payout_batch.state"] if approved else blocked)


@pytest.mark.parametrize(("reach", "step"), GOING_OUT)
async def test_while_the_payee_changes_its_account_nothing_goes_out(
    house: House, reach: Callable[[House], Awaitable[Batch]], step: Step
) -> None:
    batch = await reach(house)
    await change_account(house)
    assert await refused(step(house, batch)) == ["payout_batch.blocked", "bank_account.changing"]


async def test_once_the_change_is_rejected_the_batch_goes_on(house: House) -> None:
    batch = await house.written()
    changed = await change_account(house)
    await decide_account(house, changed, "reject")
    assert await refused(house.send(batch)) == []
    await audited(house.database)


@pytest.mark.parametrize("timer_runs", [True, False])
async def test_once_the_new_account_is_active_the_old_one_is_not_paid(
    house: House, set_clock: SetClock, timer_runs: bool
) -> None:
    batch = await house.written()
    changed = await change_account(house)
    await decide_account(house, changed, "confirm")
    await set_clock(NOW + timedelta(days=30))
    if timer_runs:
        await activate(house)
    assert await refused(house.send(batch)) == ["payout_batch.blocked", "bank_account.changed"]
    await house.cancel(batch)
    (payout,) = await house.payouts(await house.sent())
    assert payout.bank_account_id == changed
    await audited(house.database)


@pytest.mark.parametrize("turn", range(4))
async def test_a_change_and_a_sending_at_once_are_in_one_order(house: House, turn: int) -> None:
    batch = await house.written()
    both = [refused(change_account(house)), refused(house.send(batch))]
    said = await asyncio.gather(*(both if turn % 2 else reversed(both)))
    changed, sent = said if turn % 2 else reversed(said)
    assert changed == []
    assert sent in ([], ["payout_batch.blocked", "bank_account.changing"])
    async with house.database.read() as connection:
        (new,) = await bank_accounts.find(connection, bank_accounts.Wanted(), before=None, limit=1)
    sent_at = (await house.batch(batch.id)).sent_at
    assert sent_at is None or sent_at <= new.submitted_at


async def test_of_many_first_accounts_at_once_one_is_taken(voucher_db: Database, case: Case) -> None:
    said = await asyncio.gather(*(refused(submit_account(voucher_db, number=f"6222000{n}")) for n in range(4)))
    assert sorted(said) == [[]] + [["bank_account.pending"]] * 3
