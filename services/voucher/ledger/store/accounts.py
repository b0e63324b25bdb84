"""Reads the balances: what stands in each kind of place or by each line's name, and that each book is at zero."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.ledger.domain.chart import CHART, Book, PlaceKind, standing
from services.voucher.ledger.store.journals import touches
from services.voucher.ledger.store.lines import EVERYWHERE, Within
from services.voucher.ledger.store.tables import Entries, Journals


@dataclass(frozen=True, slots=True)
class Account:
    """What stands in all places of a kind and currency: debits, credits and the balance on the normal side."""

    book: Book
    place: PlaceKind
    currency: str
    debits: int
    credits: int
    balance: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """Up to when: everything booked at or before an instant (UTC), or counting on or before a local date."""

    instant: datetime | None = None
    day: date | None = None


_DEBITS = func.coalesce(func.sum(Entries.c.amount).filter(Entries.c.amount > 0), 0).cast(Total())
_CREDITS = func.coalesce(-func.sum(Entries.c.amount).filter(Entries.c.amount < 0), 0).cast(Total())


async def trial_balance(connection: AsyncConnection, as_of: AsOf, *, within: Within = EVERYWHERE) -> list[Account]:
    """Every kind of place that has entries, in the order of the chart; narrowed to some lines and their rounds."""
    statement = _until(
        select(Entries.c.place, Entries.c.currency, _DEBITS, _CREDITS).group_by(Entries.c.place, Entries.c.currency),
        as_of,
    )
    if not within.everywhere:
        statement = statement.where(touches(within))
    found = [_account(*row) for row in await connection.execute(statement)]
    order = list(PlaceKind)
    return sorted(found, key=lambda account: (order.index(account.place), account.currency))


async def imbalance(connection: AsyncConnection, as_of: AsOf) -> dict[str, int]:
    """By currency, the sum of absolute imbalances over journals and books, in minor units: zero when all is well."""
    off = func.abs(func.sum(Entries.c.amount)).label("off")
    journals = _until(
        select(Entries.c.currency, off).group_by(Entries.c.journal_id, Entries.c.book, Entries.c.currency), as_of
    ).subquery()
    statement = select(journals.c.currency, func.sum(journals.c.off).cast(Total())).group_by(journals.c.currency)
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def money_by_line(
    connection: AsyncConnection, line_ids: Collection[UUID], as_of: AsOf
) -> dict[UUID, dict[PlaceKind, int]]:
    """What stands in the money book by the name of each budget line, by kind of place, on its normal side (fen)."""
    key = (Entries.c.budget_line_id, Entries.c.place)
    statement = _until(
        select(*key, func.sum(Entries.c.amount).cast(Total()))
        .where(Entries.c.budget_line_id.in_(line_ids), Entries.c.book == Book.MONEY)
        .group_by(*key),
        as_of,
    )
    found: dict[UUID, dict[PlaceKind, int]] = {line_id: {} for line_id in line_ids}
    for line_id, place, folded in await connection.execute(statement):
        kind = PlaceKind(place)
        found[line_id][kind] = standing(kind, folded)
    return found


def _until(statement: Select[Any], as_of: AsOf) -> Select[Any]:
    if as_of.instant is None and as_of.day is None:
        return statement
    joined = statement.join_from(Entries, Journals, Journals.c.id == Entries.c.journal_id)
    if as_of.instant is not None:
        joined = joined.where(Journals.c.booked_at <= as_of.instant)
    if as_of.day is not None:
        joined = joined.where(Journals.c.value_on <= as_of.day)
    return joined


def _account(place: str, currency: str, debits: int, credited: int) -> Account:
    kind = PlaceKind(place)
    return Account(CHART[kind].book, kind, currency, debits, credited, standing(kind, debits - credited))
