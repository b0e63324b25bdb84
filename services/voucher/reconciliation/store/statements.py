"""Remembers the files of the bank as they came, each once, and whether they agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.voucher.reconciliation.domain.statement import Fault, Statement, StatementState
from services.voucher.reconciliation.store.tables import Statements

STATEMENTS = Statements.__table__
_KNOWN = tuple(STATEMENTS.c[field.name] for field in fields(Statement))
_MOVING = ("state", "faults", "added", "imported_by", "imported_at")


async def of_file(connection: AsyncConnection, payer_account_id: UUID, sha256: str) -> Statement | None:
    """The statement that came with these bytes; under the account's lock."""
    same = STATEMENTS.c.payer_account_id == payer_account_id, STATEMENTS.c.sha256 == sha256
    row = (await connection.execute(select(*_KNOWN).where(*same))).mappings().one_or_none()
    return None if row is None else _statement(row)


async def add(connection: AsyncConnection, statement: Statement, content: bytes) -> None:
    """Write a new statement with its bytes."""
    await connection.execute(insert(STATEMENTS).values(_row(statement) | {"content": content}))


async def save(connection: AsyncConnection, statement: Statement) -> None:
    """Write what came of a statement that was sent again."""
    row = _row(statement)
    moving = {name: row[name] for name in _MOVING}
    await connection.execute(update(STATEMENTS).where(STATEMENTS.c.id == statement.id).values(moving))


async def read(connection: AsyncConnection, statement_id: UUID) -> Statement:
    """One statement; NotFound `statement.unknown`."""
    row = (await connection.execute(select(*_KNOWN).where(STATEMENTS.c.id == statement_id))).mappings().one_or_none()
    if row is None:
        raise NotFound("statement.unknown")
    return _statement(row)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements to list; None means any."""

    payer_account_id: UUID | None = None
    state: StatementState | None = None
    treasury: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Statement]:
    """Up to `limit` statements, newest first, come before the one given."""
    statement = select(*_KNOWN).order_by(STATEMENTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(STATEMENTS.c.id < before)
    for column, value in (
        (STATEMENTS.c.payer_account_id, wanted.payer_account_id),
        (STATEMENTS.c.state, wanted.state),
        (STATEMENTS.c.treasury, wanted.treasury),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return [_statement(row) for row in (await connection.execute(statement)).mappings()]


def _row(statement: Statement) -> dict[str, Any]:
    faults = [{"code": one.code, "pointer": one.pointer, "numbers": dict(one.numbers)} for one in statement.faults]
    return {field.name: getattr(statement, field.name) for field in fields(Statement)} | {"faults": faults}


def _statement(row: Mapping[Any, Any]) -> Statement:
    faults = tuple(Fault(**fault) for fault in row["faults"])
    return Statement(**{**row, "state": StatementState(row["state"]), "faults": faults})
