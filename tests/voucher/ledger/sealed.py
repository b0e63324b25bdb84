"""Rows to seal, and a sealer without an office."""

from datetime import datetime
from typing import Any

from services.chassis import attempts, decisions
from services.chassis.attempts import Attempt
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import Reason
from services.voucher.ledger.domain.posting import Funding, authorise
from services.voucher.ledger.domain.seal import Name, Signed
from services.voucher.ledger.operations.sealer import Press, next_batch, put
from services.voucher.ledger.store import journals, seals
from services.voucher.signet import Signet
from tests.voucher.ledger.samples import AT, journal

SIGNET = Signet(bytes(range(32, 64)))
"""The one of the service in tests."""
PRESS = Press(SIGNET)


async def write(
    database: Database, *, words: str = "x", numbers: dict[str, Any] | None = None, at: datetime = AT
) -> None:
    """A journal, a decision and an attempt in one transaction."""
    posting = authorise(voucher_id=new_id(), amount=100, funding=Funding("CNY", words or "city", round_id=new_id()))
    decision = Decision("voucher", new_id(), words, "yes", "per_1", at, clause=words, numbers=numbers or {})
    tried = Attempt("op", words, new_id(), None, None, words, "refused", (Reason(words, numbers=numbers or {}),))
    async with database.begin() as connection:
        await journals.append(connection, [journal(posting)])
        await decisions.record(connection, [decision])
        await attempts.record(connection, [tried])


async def seal_all(database: Database, press: Press = PRESS) -> list[Signed]:
    """Seal whatever waits; the whole chain."""
    while (batch := await next_batch(database, press)) is not None:
        await put(database, press.signet, batch)
    return await chain(database)


async def chain(database: Database) -> list[Signed]:
    async with database.read() as connection:
        return [signed async for signed in seals.chain(connection)]


async def names(database: Database) -> list[Name]:
    """Every row that is sealed, in the order of its sealing."""
    async with database.read() as connection:
        rows = [await seals.rows_of(connection, signed.seal.number) async for signed in seals.chain(connection)]
    return [Name.of(name) for one in rows for name in one.name_list()]
