"""What may be paid is taken once; what may not stays held, and every reason is told."""

import asyncio
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.payout.domain.bank_account import AccountState
from services.voucher.payout.domain.preparing import Prepared
from services.voucher.payout.operations import preparing
from services.voucher.payout.store import payer_accounts
from tests.conftest import SetClock
from tests.voucher.payout.steps import (
    CAPTURED,
    MAKER,
    a_house,
    a_payer_account,
    a_released_line,
    audited,
    by,
    keyed,
    refused,
)
from tests.voucher.payout.steps import stop as put_stop
from tests.voucher.settlement.approved import Case, an_approved_line


async def test_of_two_batches_at_once_one_takes_the_leg(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db)
    answers = await asyncio.gather(*(refused(house.prepare(case.leg_id)) for _ in range(5)))
    assert sorted(answers) == [[]] + [["payout_batch.nothing_to_pay", "leg.not_payable"]] * 4
    await audited(voucher_db)


async def test_what_is_held_is_told_beside_what_is_paid(voucher_db: Database, set_clock: SetClock, case: Case) -> None:
    house, stopped = await a_house(voucher_db), await a_released_line(voucher_db, set_clock)
    await put_stop(stopped)
    who, kept = by(MAKER, "finance_maker", "prepare_payout_batch"), list[Prepared]()
    request = keyed(who, "prepare_payout_batch", see=kept.append)
    await preparing.prepare(voucher_db, request, permit=who, account_id=house.payer.id, leg_ids=None)
    (prepared,) = kept
    assert [one.leg_id for one in prepared.payouts] == [case.leg_id]
    assert [(one.leg_id, one.reasons[0].code) for one in prepared.held] == [(stopped.leg_id, "leg.stopped")]


async def test_held_legs_jam_no_batch_and_what_is_left_is_counted(
    voucher_db: Database, set_clock: SetClock, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "LOOKED_AT", 1)
    house, free = await a_house(voucher_db), await a_released_line(voucher_db, set_clock)
    await put_stop(case)
    who, kept = by(MAKER, "finance_maker", "prepare_payout_batch"), list[Prepared]()
    request = keyed(who, "prepare_payout_batch", see=kept.append)
    await preparing.prepare(voucher_db, request, permit=who, account_id=house.payer.id, leg_ids=None)
    assert [one.leg_id for one in kept[0].payouts] == [free.leg_id]
    assert (kept[0].held, kept[0].more) == ((), 1)


async def test_no_refusal_is_longer_than_a_person_reads(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db)
    said = await refused(house.prepare(*(new_id() for _ in range(60))))
    assert said == ["payout_batch.nothing_to_pay"] + ["payout_batch.leg_unknown"] * 50


async def test_legs_that_the_treasury_does_not_owe_are_unknown(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db)
    nothing = ["payout_batch.nothing_to_pay", "payout_batch.leg_unknown"]
    assert await refused(house.prepare(new_id())) == nothing
    elsewhere = a_payer_account(treasury="tianshui", number="11112222")
    async with voucher_db.begin() as connection:
        await payer_accounts.add(connection, elsewhere)
    assert await refused(_of_tianshui(voucher_db, elsewhere.id, case.leg_id)) == nothing


async def _of_tianshui(database: Database, account_id: UUID, leg_id: UUID) -> object:
    who = by(MAKER, "finance_maker", "prepare_payout_batch", treasury="tianshui")
    request = keyed(who, "prepare_payout_batch")
    return await preparing.prepare(database, request, permit=who, account_id=account_id, leg_ids=[leg_id])


async def test_another_treasurys_account_is_not_there(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db)
    assert await refused(_of_tianshui(voucher_db, house.payer.id, case.leg_id)) == ["payer_account.unknown"]


async def test_where_nothing_is_owed_there_is_no_batch(voucher_db: Database) -> None:
    house = await a_house(voucher_db)
    assert await refused(house.prepare()) == ["payout_batch.nothing_to_pay"]


async def test_every_reason_for_which_a_leg_is_held_is_told(voucher_db: Database, set_clock: SetClock) -> None:
    case = await a_released_line(voucher_db, set_clock, acted=(MAKER,))
    house = await a_house(voucher_db, state=AccountState.COOLING)
    await put_stop(case)
    assert await refused(house.prepare(case.leg_id)) == [
        "payout_batch.nothing_to_pay",
        "leg.took_part",
        "leg.stopped",
        "bank_account.changing",
    ]


async def test_a_line_that_is_not_released_is_not_paid(voucher_db: Database, set_clock: SetClock) -> None:
    house = await a_house(voucher_db)
    await set_clock(CAPTURED)
    approved = await an_approved_line(voucher_db)
    assert await refused(house.prepare(approved.leg_id)) == ["payout_batch.nothing_to_pay", "leg.not_released"]


async def test_a_key_prepares_one_batch(voucher_db: Database, case: Case) -> None:
    house = await a_house(voucher_db)
    first, second = await house.prepare(key="once"), await house.prepare(key="once")
    assert first == second
