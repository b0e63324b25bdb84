"""Reads from the journals what moved on vouchers: line by line, or summed up to an instant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Label, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.ledger.domain.movement import Moved, Movement
from services.voucher.ledger.store.tables import Entries, Journals

PLACES = (PlaceKind.AVAILABLE, PlaceKind.HELD, PlaceKind.CAPTURED)
Place = tuple[datetime, int]
"""Where a movement stands: movements are read in the order of the instant of booking, then of booking itself."""

_ORDER = (Journals.c.booked_at, Journals.c.sequence)
_HEADER = ("sequence", "row", "booked_at", "value_on", "subject_kind", "subject_id", "document_id")


def _moved(place: PlaceKind) -> Label[int]:
    total = func.coalesce(func.sum(Entries.c.amount).filter(Entries.c.place == place.value), 0)
    return total.cast(Total()).label(place.value)


_MOVED = tuple(_moved(place) for place in PLACES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movements to list: booked from one local day to another, both included, and beyond a place in the list."""

    first: date | None = None
    last: date | None = None
    after: Place | None = None
    newest_first: bool = True


async def find(
    connection: AsyncConnection, vouchers: Collection[UUID], wanted: Wanted, *, limit: int
) -> list[Movement]:
    """Up to `limit` movements on these vouchers."""
    header = [Journals.c[name] for name in _HEADER]
    statement = (
        select(Journals.c.id, Journals.c.event, Entries.c.owner, Entries.c.currency, *header, *_MOVED)
        .join(Entries, Entries.c.journal_id == Journals.c.id)
        .where(_of(vouchers), *_within(wanted))
        .group_by(Journals.c.id, Entries.c.owner, Entries.c.currency)
        .order_by(*(column.desc() if wanted.newest_first else column for column in _ORDER))
        .limit(limit)
    )
    return [_movement(row) for row in await connection.execute(statement)]


async def sums(
    connection: AsyncConnection,
    vouchers: Collection[UUID],
    *,
    before: Place | None = None,
    upto: datetime | None = None,
) -> list[Moved]:
    """What moved on these vouchers, by event and currency: before a place in the list, or booked by an instant."""
    statement = (
        select(Journals.c.event, Entries.c.currency, *_MOVED)
        .join(Entries, Entries.c.journal_id == Journals.c.id)
        .where(_of(vouchers))
        .group_by(Journals.c.event, Entries.c.currency)
    )
    if before is not None:
        statement = statement.where(tuple_(*_ORDER) < before)
    if upto is not None:
        statement = statement.where(Journals.c.booked_at <= upto)
    return [_sum(row) for row in await connection.execute(statement)]


def _of(vouchers: Collection[UUID]) -> ColumnElement[bool]:
    places = [place.value for place in PLACES]
    return and_(Entries.c.owner.in_(vouchers), Entries.c.place.in_(places))


def _within(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    booked_on = func.timezone(HOUSE_ZONE, Journals.c.booked_at).cast(Date())
    if wanted.first is not None:
        conditions.append(booked_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(booked_on <= wanted.last)
    if wanted.after is not None:
        place = tuple_(*_ORDER)
        conditions.append(place < wanted.after if wanted.newest_first else place > wanted.after)
    return conditions


def _sum(row: Any) -> Moved:
    return Moved(row.event, row.currency, row.available, row.held, row.captured)


def _movement(row: Any) -> Movement:
    header = {name: getattr(row, name) for name in _HEADER}
    return Movement(journal_id=row.id, voucher_id=row.owner, moved=_sum(row), **header)
