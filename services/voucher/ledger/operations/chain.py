"""Reads the chain of seals, for whoever keeps a head of it elsewhere."""

from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.ledger.domain.seal import Signed
from services.voucher.ledger.store import seals


async def list_seals(database: Database, *, before: int | None, limit: int) -> list[Signed]:
    """Up to `limit` seals, newest first."""
    async with database.read() as connection:
        return await seals.find(connection, before=before, limit=limit)


async def read_seal(database: Database, number: int) -> Signed:
    """One seal; NotFound ``seal.unknown``."""
    async with database.read() as connection:
        found = await seals.read(connection, number)
    if found is None:
        raise NotFound("seal.unknown")
    return found
