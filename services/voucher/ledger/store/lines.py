"""Remembers budget lines with their stored balances."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, true, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.sums import Total
from services.voucher.ledger.domain.budget import BudgetLine, Classification
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.store.tables import BudgetLines, Entries

_CLASSIFICATION = tuple(Classification.__dataclass_fields__)
_BALANCES = ("appropriation", "free", "granted", "funded")


async def create(connection: AsyncConnection, line: BudgetLine, *, at: datetime, by: str) -> None:
    """Write a new line; Refusal `budget_line.exists` when another has the whole classification."""
    values = asdict(line.classification) | {"id": line.id, "created_at": at, "created_by": by}
    try:
        await connection.execute(insert(BudgetLines).values(values))
    except IntegrityError as error:
        if not violated(error, "uq_budget_lines_classification"):
            raise
        raise Refusal("budget_line.exists", rule="one_line_per_classification", pointer="/") from error


async def lock(connection: AsyncConnection, line_id: UUID) -> BudgetLine:
    """One line, locked until the end of the transaction; NotFound `budget_line.unknown`."""
    return await _one(connection, line_id, locked=True)


async def read(connection: AsyncConnection, line_id: UUID) -> BudgetLine:
    """One line as it stands, without a lock; NotFound `budget_line.unknown`."""
    return await _one(connection, line_id, locked=False)


async def lock_all(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, BudgetLine]:
    """These lines, locked in id order until the end of the transaction; NotFound `budget_line.unknown`."""
    return {line_id: await lock(connection, line_id) for line_id in sorted(set(line_ids))}


async def treasuries(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, str]:
    """The treasury of each of these lines, which never changes."""
    statement = select(BudgetLines.c.id, BudgetLines.c.treasury).where(BudgetLines.c.id.in_(line_ids))
    return {row.id: row.treasury for row in await connection.execute(statement)}


async def _one(connection: AsyncConnection, line_id: UUID, *, locked: bool) -> BudgetLine:
    statement = select(BudgetLines).where(BudgetLines.c.id == line_id)
    row = (await connection.execute(statement.with_for_update(key_share=True) if locked else statement)).one_or_none()
    if row is None:
        raise NotFound("budget_line.unknown")
    return _line(row, await _given_to_rounds(connection, [line_id]))


async def save(connection: AsyncConnection, line: BudgetLine) -> None:
    """Write the balances of a locked line back."""
    balances = {name: getattr(line, name) for name in _BALANCES}
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
    rows = (await connection.execute(statement)).all()
    given = await _given_to_rounds(connection, [row.id for row in rows])
    return [_line(row, given) for row in rows]


async def _given_to_rounds(connection: AsyncConnection, line_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
    """What each line has given to each round and not had back, folded from the entries; those at zero are left out."""
    given = func.sum(Entries.c.amount).cast(Total())
    key = (Entries.c.budget_line_id, Entries.c.round_id)
    statement = (
        select(*key, given)
        .where(Entries.c.budget_line_id.in_(line_ids), Entries.c.place == PlaceKind.ROUND_POOL)
        .group_by(*key)
        .having(given != 0)
        .order_by(*key)
    )
    found: dict[UUID, dict[UUID, int]] = {line_id: {} for line_id in line_ids}
    for line_id, round_id, amount in await connection.execute(statement):
        found[line_id][round_id] = amount
    return found


def _line(row: Any, given: Mapping[UUID, Mapping[UUID, int]]) -> BudgetLine:
    classification = Classification(**{name: getattr(row, name) for name in _CLASSIFICATION})
    balances = {name: getattr(row, name) for name in _BALANCES}
    return BudgetLine(row.id, classification, **balances, rounds=given[row.id])
