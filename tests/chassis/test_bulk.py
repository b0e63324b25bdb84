"""Rows are written the same way whatever their number, and a fault among many is told as one among few."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.chassis import bulk, decisions
from services.chassis.database import Database, violated
from services.chassis.ids import new_id
from services.chassis.tables import Events
from tests.databases import START

EVENTS = Events.__table__
NAMES = ("id", "type", "subject_kind", "subject_id", "audience", "data", "at")


def rows(count: int) -> list[dict[str, Any]]:
    """Every kind of value: ids, words, arrays, documents and instants."""
    said = {"type": "thing.done", "subject_kind": "thing", "at": START}
    return [
        {**said, "id": new_id(), "subject_id": f"thing {n}\\", "audience": [new_id()] * (n % 3), "data": {"惠": n}}
        for n in range(count)
    ]


async def test_many_rows_are_copied_as_few_are_inserted(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    given = rows(bulk.MANY)
    async with voucher_db.begin() as connection:
        await bulk.insert_all(connection, EVENTS, given[:1])
        monkeypatch.delattr(bulk, "_insertion")
        await bulk.insert_all(connection, EVENTS, given[1:] + rows(1))
        kept = await connection.execute(select(*(EVENTS.c[name] for name in NAMES)).order_by(EVENTS.c.position))
    assert [dict(row) for row in kept.mappings()][:-1] == given


async def test_the_first_of_a_transaction_are_undone_with_it(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await bulk.insert_all(connection, EVENTS, rows(bulk.MANY))
        await connection.rollback()
    async with voucher_db.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(EVENTS))).scalar_one() == 0


async def test_one_that_is_there_among_many_is_told_by_its_key(voucher_db: Database) -> None:
    about = {"subject_kind": "thing", "kind": "do", "outcome": "done", "actor": "per_1", "at": START, "numbers": {}}
    given = [{**about, "id": new_id(), "subject_id": new_id()} for _ in range(bulk.MANY)]
    async with voucher_db.begin() as connection:
        await bulk.insert_all(connection, decisions.DECISIONS, given[-1:])
        with pytest.raises(IntegrityError) as refused:
            await bulk.insert_all(connection, decisions.DECISIONS, given)
        await connection.rollback()
    assert violated(refused.value, "pk_decisions")
