"""The seal that a journal stands in is found by its transaction, also where that fills several; no seal has no rows."""

from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.ledger.operations.sealer import Press
from services.voucher.ledger.store import seals
from tests.voucher.ledger.sealed import SIGNET, seal_all, write


async def test_the_seals_of_a_transaction_are_found_one_behind_the_other(voucher_db: Database) -> None:
    await write(voucher_db)
    await seal_all(voucher_db, Press(SIGNET, limit=1))
    async with voucher_db.read() as connection:
        subject = (await connection.execute(text("SELECT subject_id FROM journals"))).scalar_one()
        (booked,) = await seals.journals_on(connection, [subject])
        found = [await seals.reaching(connection, booked.xact, behind=number) for number in range(4)]
        assert await seals.reaching(connection, booked.xact + 1, behind=0) is None
    assert [None if one is None else one.seal.number for one in found] == [1, 2, 3, None]


async def test_a_seal_that_is_not_there_has_no_rows(voucher_db: Database) -> None:
    await write(voucher_db)
    await seal_all(voucher_db)
    async with voucher_db.read() as connection:
        assert [(await seals.rows_of(connection, number)).count for number in (1, 2)] == [3, 0]
