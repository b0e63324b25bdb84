"""What a treasury owes is found once its line is released; what is known to be held comes last."""

from services.chassis.database import Database
from services.voucher.payout.domain.bank_account import AccountState
from services.voucher.payout.store import bank_accounts, owed
from services.voucher.payout.store.owed import Owed
from tests.conftest import SetClock
from tests.voucher.payout.steps import CAPTURED, a_house, a_payer_account, a_released_line, an_account, stop
from tests.voucher.settlement.approved import TREASURY, an_approved_line


async def found(database: Database, treasury: str = TREASURY, limit: int = 9) -> Owed:
    async with database.read() as connection:
        return await owed.find(connection, a_payer_account(treasury=treasury), limit=limit)


async def test_only_legs_of_released_lines_are_owed_by_their_treasury(
    voucher_db: Database, set_clock: SetClock
) -> None:
    case = await a_released_line(voucher_db, set_clock)
    await set_clock(CAPTURED)
    await an_approved_line(voucher_db)
    assert await found(voucher_db) == Owed((case.leg_id,), 1)
    assert await found(voucher_db, "tianshui") == Owed((), 0)


async def test_what_is_stopped_comes_last_and_the_rest_is_counted(voucher_db: Database, set_clock: SetClock) -> None:
    cases = [await a_released_line(voucher_db, set_clock) for _ in range(3)]
    await a_house(voucher_db)
    first, *others = (await found(voucher_db)).leg_ids
    await stop(*(case for case in cases if case.leg_id == first))
    assert await found(voucher_db) == Owed((*others, first), 3)
    assert await found(voucher_db, limit=1) == Owed((others[0],), 3)


async def test_while_its_payee_changes_its_account_a_leg_is_as_good_as_any_other_held(
    voucher_db: Database, set_clock: SetClock
) -> None:
    cases = [await a_released_line(voucher_db, set_clock) for _ in range(2)]
    await a_house(voucher_db)
    async with voucher_db.begin() as connection:
        await bank_accounts.add(connection, an_account(state=AccountState.COOLING))
    before = await found(voucher_db)
    await stop(*(case for case in cases if case.leg_id == before.leg_ids[0]))
    assert await found(voucher_db) == before


async def test_a_leg_on_its_way_is_owed_no_more(voucher_db: Database, set_clock: SetClock) -> None:
    await a_released_line(voucher_db, set_clock)
    await (await a_house(voucher_db)).prepare()
    assert await found(voucher_db) == Owed((), 0)
