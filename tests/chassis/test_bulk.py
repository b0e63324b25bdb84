"""Rows are written the same way whatever their number, and a fault among many is told as one among few."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from services.chassis import bulk, decisions
from services.chassis.bulk import Statement
from services.chassis.clock import is_sandbox
from services.chassis.database import Database, cut, lost, overran, violated
from services.chassis.ids import new_id
from services.chassis.tables import Events, IdempotencyKeys, Tasks
from tests.databases import START

EVENTS = Events.__table__
KEYS = IdempotencyKeys.__table__
TASKS = Tasks.__table__
SLOW = Statement(select(func.pg_sleep(5)))
END = Statement(select(func.pg_terminate_backend(func.pg_backend_pid())))
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


async def test_one_that_cannot_be_written_among_many_is_not_tried_a_second_time(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with voucher_db.begin() as connection:
        await bulk.insert_all(connection, EVENTS, rows(1))
        monkeypatch.delattr(bulk, "_insertion")
        with pytest.raises(StatementError, match="COPY events"):
            await bulk.insert_all(connection, EVENTS, [{**row, "at": "yesterday"} for row in rows(bulk.MANY)])
        await connection.rollback()


@pytest.mark.parametrize("number", [1, bulk.MANY])
async def test_nothing_in_a_document_is_null_whatever_their_number(voucher_db: Database, number: int) -> None:
    said = {"caller": "cli_1", "operation": "do", "fingerprint": "f", "created_at": START, "answer": None}
    async with voucher_db.begin() as connection:
        await bulk.insert_all(connection, TASKS, [a_task()])
        await bulk.insert_all(connection, KEYS, [{**said, "key": f"{place}"} for place in range(number)])
        found = await connection.execute(select(func.count()).where(KEYS.c.answer.is_(None)))
    assert found.scalar_one() == number


def a_task() -> dict[str, object]:
    return {"id": new_id(), "kind": "k", "subject_kind": "s", "subject_id": new_id(), "role": "r", "opened_at": START}


async def test_a_row_that_is_there_is_an_integrity_error_by_the_name_of_its_key(voucher_db: Database) -> None:
    row = a_task()
    async with voucher_db.begin() as connection:
        with pytest.raises(IntegrityError) as refused:
            await bulk.insert_all(connection, TASKS, [row, row])
    assert violated(refused.value, "pk_tasks")


async def test_what_is_undone_is_undone_although_no_other_statement_came_first(voucher_db: Database) -> None:
    with suppress(ZeroDivisionError):
        async with voucher_db.begin() as connection:
            await bulk.insert_all(connection, TASKS, [a_task()])
            raise ZeroDivisionError
    async with voucher_db.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(TASKS))).scalar_one() == 0


async def test_one_that_takes_too_long_says_so(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout TO '10ms'"))
        with pytest.raises(DBAPIError) as late:
            await SLOW.rows(connection, {})
    assert overran(late.value)


async def test_a_connection_that_broke_is_given_up_and_the_next_serves(voucher_db: Database) -> None:
    with pytest.raises(DBAPIError) as broken:
        async with voucher_db.begin() as connection:
            await END.rows(connection, {})
    assert lost(broken.value)
    assert cut(broken.value)
    async with voucher_db.read() as connection:
        assert await is_sandbox(connection)


async def test_who_stops_waiting_leaves_no_half_read_answer_to_the_next(voucher_db: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), voucher_db.begin() as connection:
            await SLOW.rows(connection, {})
    async with voucher_db.read() as connection:
        assert await is_sandbox(connection)
