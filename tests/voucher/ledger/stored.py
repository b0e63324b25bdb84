"""Puts budget lines and changes into a test's database without asking the ledger's own rules."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import insert

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain.budget import BudgetChange, BudgetLine
from services.voucher.ledger.store import lines
from services.voucher.ledger.store.tables import BudgetChanges
from tests.voucher.ledger.samples import AT, MAKER, classification


async def a_stored_line(database: Database, **changes: Any) -> BudgetLine:
    line = BudgetLine(new_id(), classification(**changes))
    async with database.begin() as connection:
        await lines.create(connection, line, at=AT, by=MAKER)
    return line


async def insert_change(database: Database, change: BudgetChange, changed: dict[str, Any]) -> None:
    values = {**asdict(change), **changed}
    if values["decided_at"] is not None:
        values["decided_at"] = AT
    async with database.begin() as connection:
        await connection.execute(insert(BudgetChanges).values(values))
