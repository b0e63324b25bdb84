"""Remembers the lines of statements: what the bank said for good, and how each was understood."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, any_, func, literal, select
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.chassis.sums import Total
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.reconciliation.domain.line import Doubt, How, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.movement import Identified, Movement
from services.voucher.reconciliation.domain.sheet import Sheet
from services.voucher.reconciliation.domain.statement import Known
from services.voucher.reconciliation.store.tables import StatementLines, Statements

LINES = StatementLines.__table__
STATEMENTS = Statements.__table__
_MOVING = (
    *("id", "state", "match_kind", "match_id", "matched_how", "matched_by", "matched_at"),
    *("exception", "journal_id", "cleared_by_id"),
)
_TOLD = tuple(LINES.c[name] for name in Movement.__dataclass_fields__)
_WAITING = LINES.c.state == StatementLineState.IMPORTED


async def known(connection: AsyncConnection, account: PayerAccount, sheet: Sheet, lines: Sequence[Identified]) -> Known:
    """What is known of an account before a file is believed; under the account's lock.

    The newest closing is the sum of all its lines, so only those since the period began are added up.
    """
    theirs, newest = LINES.c.payer_account_id == account.id, account.closing_balance or 0
    sums = select(_sum(LINES.c.booked_on >= sheet.from_on), _sum(LINES.c.booked_on > sheet.until_on))
    since, later = (await connection.execute(sums.where(theirs, LINES.c.booked_on >= sheet.from_on))).one()
    keys = any_(literal([line.key for line in lines], ARRAY(Text())))
    met = (await connection.execute(select(LINES.c.line_key, *_TOLD).where(theirs, LINES.c.line_key == keys))).all()
    by_key = {
        row.line_key: Movement(**{name: getattr(row, name) for name in Movement.__dataclass_fields__}) for row in met
    }
    return Known(newest - since, newest - later, by_key, account.closing_on)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(LINES.c.amount).filter(condition), 0).cast(Total())


async def add(connection: AsyncConnection, lines: Sequence[StatementLine]) -> None:
    """Write new lines in one statement."""
    await bulk.insert_all(connection, LINES, [asdict(line) for line in lines])


async def save(connection: AsyncConnection, lines: Sequence[StatementLine]) -> None:
    """Write how locked lines were understood."""
    await bulk.update_all(connection, LINES, [{name: getattr(line, name) for name in _MOVING} for line in lines])


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, StatementLine]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(LINES).where(LINES.c.id.in_(ids)).order_by(LINES.c.id).with_for_update(key_share=True)
    return {line.id: line for line in await _lines(connection, statement)}


async def read(connection: AsyncConnection, line_id: UUID) -> StatementLine:
    """One line as it stands, without a lock; NotFound `statement_line.unknown`."""
    for line in await _lines(connection, select(LINES).where(LINES.c.id == line_id)):
        return line
    raise NotFound("statement_line.unknown")


async def waiting(connection: AsyncConnection, payer_account_id: UUID, *, limit: int) -> list[StatementLine]:
    """Lines of an account that nobody has looked at, in the order of their booking; not locked."""
    statement = select(LINES).where(LINES.c.payer_account_id == payer_account_id, _WAITING)
    order = LINES.c.booked_on, LINES.c.amount > 0, LINES.c.id
    return await _lines(connection, statement.order_by(*order).limit(limit))


async def exceptions(
    connection: AsyncConnection, payer_account_ids: Collection[UUID], references: Collection[str]
) -> list[StatementLine]:
    """The open exceptions of these accounts in whose words one of these references stands, in order of booking."""
    if not references:
        return []
    told = func.upper(func.normalize(LINES.c.bank_reference + " " + LINES.c.text, sql("NFKC")))
    theirs = LINES.c.payer_account_id.in_(payer_account_ids), LINES.c.state == StatementLineState.EXCEPTION
    statement = select(LINES).where(*theirs, told.regexp_match("|".join(sorted(references))))
    return await _lines(connection, statement.order_by(LINES.c.booked_on, LINES.c.id))


async def waiting_since(connection: AsyncConnection) -> datetime | None:
    """Since when (UTC) the line that waits longest does; None when none waits."""
    since: datetime | None = (await connection.execute(_of_waiting(func.min(STATEMENTS.c.imported_at)))).scalar_one()
    return since


async def accounts_waiting(connection: AsyncConnection) -> list[UUID]:
    """The accounts on which lines wait to be looked at, the one that waits longest first."""
    account = LINES.c.payer_account_id
    statement = _of_waiting(account).group_by(account).order_by(func.min(STATEMENTS.c.imported_at), account)
    return list((await connection.execute(statement)).scalars())


def _of_waiting(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(LINES.join(STATEMENTS, STATEMENTS.c.id == LINES.c.statement_id)).where(_WAITING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to list; None means any."""

    payer_account_id: UUID | None = None
    statement_id: UUID | None = None
    state: StatementLineState | None = None
    treasury: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[StatementLine]:
    """Up to `limit` lines, newest first, come before the one given."""
    statement = select(LINES).order_by(LINES.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(LINES.c.id < before)
    for column, value in (
        (LINES.c.payer_account_id, wanted.payer_account_id),
        (LINES.c.statement_id, wanted.statement_id),
        (LINES.c.state, wanted.state),
        (LINES.c.treasury, wanted.treasury),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return await _lines(connection, statement)


async def _lines(connection: AsyncConnection, statement: Select[Any]) -> list[StatementLine]:
    return [_line(row) for row in (await connection.execute(statement)).mappings()]


def _line(row: Mapping[Any, Any]) -> StatementLine:
    kinds = {"state": StatementLineState, "match_kind": MatchKind, "matched_how": How, "exception": Doubt}
    known_as = {name: kind(row[name]) for name, kind in kinds.items() if row[name] is not None}
    return StatementLine(**{**row, **known_as})
