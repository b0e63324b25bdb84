"""Remembers budget lines with their stored balances."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, true, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound, Refusal
from services.voucher.ledger.domain.budget import BudgetLine, Classification
from services.voucher.ledger.store.tables import BudgetLines, Entries

_CLASSIFICATION = tuple(Classification.__dataclass_fields__)


async def create(connection: AsyncConnection, line: BudgetLine, *, at: datetime, by: str) -> None:
    """Write a new line; Refusal `budget_line.exists` when another has the whole classification."""
    values = asdict(line.classification) | {"id": line.id, "created_at": at, "created_by": by}
    try:
        await connection.execute(insert(BudgetLines).values(values))
    except IntegrityError as error:
        if "uq_budget_lines_classification" not in str(error.orig):
            raise
        raise Refusal("budget_line.exists", rule="one_line_per_classification", pointer="/") from error


async def lock(connection: AsyncConnection, line_id: UUID) -> BudgetLine:
    """One line, locked until the end of the transaction; NotFound `budget_line.unknown`."""
    return await _one(connection, line_id, locked=True)


async def read(connection: AsyncConnection, line_id: UUID) -> BudgetLine:
    """One line as it stands, without a lock; NotFound `budget_line.unknown`."""
    return await _one(connection, line_id, locked=False)


async def _one(connection: AsyncConnection, line_id: UUID, *, locked: bool) -> BudgetLine:
    statement = select(BudgetLines).where(BudgetLines.c.id == line_id)
    row = (await connection.execute(statement.with_for_update() if locked else statement)).one_or_none()
    if row is None:
        raise NotFound("budget_line.unknown")
    return _line(row)


async def save(connection: AsyncConnection, line: BudgetLine) -> None:
    """Write the balances of a locked line back."""
    balances = {"appropriation": line.appropriation, "free": line.free, "granted": line.granted}
    await connection.execute(update(BudgetLines).where(BudgetLines.c.id == line.id).values(balances))


@dataclass(frozen=True, slots=True)
class Within:
    """Whose lines a list is narrowed to: one treasury's, one bureau's, either's or, unless `everywhere`, nobody's."""

    treasury: str | None = None
    bureau: str | None = None
    everywhere: bool = False

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same as SQL upon a budget line."""
        if self.everywhere:
            return true()
        return or_(BudgetLines.c.treasury == self.treasury, BudgetLines.c.bureau == self.bureau)

    @property
    def line_ids(self) -> Select[tuple[UUID]]:
        """The ids of these lines."""
        return select(BudgetLines.c.id).where(self.condition)


EVERYWHERE = Within(everywhere=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to list; None means any."""

    fiscal_year: int | None = None
    within: Within = EVERYWHERE


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[int, UUID] | None, limit: int
) -> list[BudgetLine]:
    """Up to `limit` lines after a (fiscal year, id), in that order."""
    place = tuple_(BudgetLines.c.fiscal_year, BudgetLines.c.id)
    statement = (
        select(BudgetLines)
        .where(wanted.within.condition)
        .order_by(BudgetLines.c.fiscal_year, BudgetLines.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(place > after)
    if wanted.fiscal_year is not None:
        statement = statement.where(BudgetLines.c.fiscal_year == wanted.fiscal_year)
    return [_line(row) for row in await connection.execute(statement)]


async def given_to_rounds(connection: AsyncConnection, line_id: UUID) -> dict[UUID, int]:
    """What a line has given to each round and not had back, in minor units, folded from the entries."""
    statement = (
        select(Entries.c.round_id, func.sum(Entries.c.amount).cast(BudgetLines.c.free.type))
        .where(Entries.c.budget_line_id == line_id, Entries.c.place == "round_pool")
        .group_by(Entries.c.round_id)
        .order_by(Entries.c.round_id)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


def _line(row: Any) -> BudgetLine:
    classification = Classification(**{name: getattr(row, name) for name in _CLASSIFICATION})
    return BudgetLine(row.id, classification, row.appropriation, row.free, row.granted)
