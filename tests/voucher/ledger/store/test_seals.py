"""A journal is found in its seal, also where its transaction fills several."""

from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.ledger.operations.sealer import Press
from services.voucher.ledger.store import seals
from tests.voucher.ledger.sealed import SIGNET, seal_all, write
from tests.voucher.oversight.tampering import tamper

SUBJECT = "SELECT subject_id FROM journals"


async def test_a_journal_is_found_in_the_seal_it_stands_in(voucher_db: Database, superuser_url: str) -> None:
    await write(voucher_db)
    await seal_all(voucher_db, Press(SIGNET, limit=1))
    async with voucher_db.read() as connection:
        subject = (await connection.execute(text(SUBJECT))).scalar_one()
        (found,) = (await seals.of_journals(connection, [subject])).values()
    assert found is not None
    assert (found.signed.seal.number, found.index) == (3, 0)
    await tamper(superuser_url, "UPDATE journals SET xact = '3'")
    async with voucher_db.read() as connection:
        assert list((await seals.of_journals(connection, [subject])).values()) == [None]
