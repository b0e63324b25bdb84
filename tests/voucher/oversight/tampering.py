"""What no grant allows: changing what was booked, past constraints' triggers, as the superuser."""

from migrations import runner
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.posting import Entry, Funding, Posting
from services.voucher.ledger.store import journals
from tests.voucher.ledger.samples import journal


async def tamper(superuser_url: str, sql: str) -> None:
    """Run statements with triggers and foreign keys off, as somebody with the server in his hands would."""
    async with runner.connected(superuser_url) as connection, connection.begin():
        await connection.exec_driver_sql("SET session_replication_role = replica")
        await connection.exec_driver_sql("SET search_path = voucher")
        for statement in sql.split(";"):
            await connection.exec_driver_sql(statement)


async def overdraw_bank(database: Database, amount: int = 5) -> None:
    """A payout, in fen, of a zero-balance account before the treasury has cleared it: row 21 before row 22."""
    owner, funding = new_id(), Funding("CNY", "x", new_id())
    kinds = ((PlaceKind.BANK, -amount), (PlaceKind.CLAWBACK_DUE, amount))
    entries = tuple(Entry(Place(kind, owner), amount, funding) for kind, amount in kinds)
    async with database.begin() as connection:
        await journals.append(connection, [journal(Posting(21, "settled", entries))])
