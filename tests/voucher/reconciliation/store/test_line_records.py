"""What was told while money was away stops the leg on which it comes back."""

import pytest

from services.chassis.database import Database
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.operations.late_facts import follow
from services.voucher.settlement.store import stops
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import a_house, a_released_line
from tests.voucher.reconciliation.steps import NOVEMBER, Desk, Paying, a_sent_payout, audited
from tests.voucher.redemption.samples import PAYEE
from tests.voucher.redemption.stored import admitted, hear, organization
from tests.voucher.settlement.operations.test_stopping import lift

BAN = {"id": "san_1", "kind": "ban", "from": "2020-02-01", "until": "2022-02-01"}


@pytest.fixture
async def paying(begin: Begin) -> Paying:
    return await begin(a_sent_payout)


async def ban(database: Database, name: str) -> None:
    """The registry tells late that the payee was banned, and everything that was heard is followed."""
    party = organization(PAYEE, name=name, sanctions=[BAN], provider=admitted("testing", "design"))
    await hear(database, party)
    while await follow(database):
        pass


@pytest.mark.parametrize("after_it_was_paid", [False, True])
async def test_a_payment_that_comes_back_is_stopped_by_what_was_told_meanwhile(
    paying: Paying, after_it_was_paid: bool
) -> None:
    if after_it_was_paid:
        await paying.desk.tell(paying.debit())
    await ban(paying.database, paying.house.account.name)
    assert await paying.case.stops() == []
    await paying.desk.tell(paying.debit(), paying.returned())
    assert ((await paying.case.leg()).state, await paying.case.stops()) == (LegState.PAYABLE, ["late_fact"])
    await audited(paying.database)


async def test_what_a_person_let_go_is_not_stopped_again_when_the_money_comes_back(
    voucher_db: Database, set_clock: SetClock
) -> None:
    case = await a_released_line(voucher_db, set_clock)
    house = await a_house(voucher_db)
    await ban(voucher_db, house.account.name)
    async with voucher_db.read() as connection:
        ((stop,),) = (await stops.live(connection, [case.leg_id])).values()
    await lift(case, stop.id)
    (payout,) = await house.payouts(await house.sent())
    await set_clock(NOVEMBER)
    paying = Paying(house, case, Desk(voucher_db, house.payer), payout)
    await paying.desk.tell(paying.debit(), paying.returned())
    assert ((await case.leg()).state, await case.stops()) == (LegState.PAYABLE, [])
