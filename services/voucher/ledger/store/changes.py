"""Remembers the changes of budget lines, proposed and decided; a change is locked after its line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.voucher.ledger.domain.budget import BudgetChange, BudgetLine, ChangeKind, ChangeState
from services.voucher.ledger.store import lines
from services.voucher.ledger.store.lines import EVERYWHERE, Within
from services.voucher.ledger.store.tables import BudgetChanges


async def add(connection: AsyncConnection, change: BudgetChange) -> None:
    """Write a proposed change."""
    await connection.execute(insert(BudgetChanges).values(asdict(change)))


async def read(connection: AsyncConnection, change_id: UUID) -> BudgetChange:
    """One change as it stands, without a lock; NotFound `budget_change.unknown`."""
    return await _one(connection, change_id, locked=False)


async def lock(connection: AsyncConnection, change_id: UUID) -> tuple[BudgetChange, BudgetLine]:
    """A change and its line, both locked: the line first, which a change never leaves, then the change.

    NotFound `budget_change.unknown`.
    """
    line = await lines.lock(connection, (await read(connection, change_id)).line_id)
    return await _one(connection, change_id, locked=True), line


async def _one(connection: AsyncConnection, change_id: UUID, *, locked: bool) -> BudgetChange:
    statement = select(BudgetChanges).where(BudgetChanges.c.id == change_id)
    row = (await connection.execute(statement.with_for_update(key_share=True) if locked else statement)).one_or_none()
    if row is None:
        raise NotFound("budget_change.unknown")
    return _change(row._mapping)


async def decide(connection: AsyncConnection, change: BudgetChange) -> None:
    """Write the decision on a locked change."""
    decided = {
        "state": change.state,
        "decided_by": change.decided_by,
        "decided_at": change.decided_at,
        "reason": change.reason,
    }
    await connection.execute(update(BudgetChanges).where(BudgetChanges.c.id == change.id).values(decided))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes to list; None means any."""

    state: ChangeState | None = None
    line_id: UUID | None = None
    round_id: UUID | None = None
    within: Within = EVERYWHERE


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[BudgetChange]:
    """Up to `limit` changes, newest first, made before the one given."""
    statement = select(BudgetChanges).order_by(BudgetChanges.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(BudgetChanges.c.id < before)
    if not wanted.within.everywhere:
        statement = statement.where(BudgetChanges.c.line_id.in_(wanted.within.line_ids))
    for column, value in (
        (BudgetChanges.c.state, wanted.state),
        (BudgetChanges.c.line_id, wanted.line_id),
        (BudgetChanges.c.round_id, wanted.round_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return [_change(row._mapping) for row in await connection.execute(statement)]


def _change(row: Mapping[Any, Any]) -> BudgetChange:
    return BudgetChange(**{**row, "kind": ChangeKind(row["kind"]), "state": ChangeState(row["state"])})
