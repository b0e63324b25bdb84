"""Remembers journals and their entries: added to in two statements whatever their number, listed page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Entry, Funding
from services.voucher.ledger.store.lines import EVERYWHERE, Within
from services.voucher.ledger.store.tables import Entries, Journals

__all__ = ["Booked", "Journal", "Wanted", "append", "find"]


async def append(connection: AsyncConnection, journals: Sequence[Journal]) -> None:
    """Book journals in the order given, under the locks of every place they touch.

    The database refuses entries that do not sum to zero per journal, book and currency.
    """
    await bulk.insert_all(connection, Journals, [_journal_row(journal) for journal in journals])
    await bulk.insert_all(connection, Entries, [row for journal in journals for row in _entry_rows(journal)])


def _journal_row(journal: Journal) -> dict[str, Any]:
    return {
        "id": journal.id,
        "row": journal.posting.row,
        "event": journal.posting.event,
        "booked_at": journal.booked_at,
        "value_on": journal.value_on,
        "actor": journal.actor,
        "request_id": journal.request_id,
        "document_id": journal.document_id,
        "subject_kind": journal.subject_kind,
        "subject_id": journal.subject_id,
    }


def _entry_rows(journal: Journal) -> list[dict[str, Any]]:
    return [
        {
            "journal_id": journal.id,
            "position": position,
            "book": entry.place.book.value,
            "place": entry.place.kind.value,
            "owner": entry.place.owner,
            "part": entry.place.part,
            "amount": entry.amount,
            "currency": entry.funding.currency,
            "funding_source": entry.funding.source,
            "round_id": entry.funding.round_id,
            "budget_line_id": entry.funding.line_id,
        }
        for position, entry in enumerate(journal.posting.entries, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Booked:
    """A journal as it stands in the tables, whether or not it still balances; `sequence` is the order of booking."""

    sequence: int
    id: UUID
    row: int
    event: str
    booked_at: datetime
    value_on: date
    actor: str
    request_id: str | None
    document_id: UUID | None
    subject_kind: str
    subject_id: UUID
    entries: tuple[Entry, ...]


_HEADER = tuple(field.name for field in fields(Booked) if field.name != "entries")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which journals to list; None means any. Who is bound to some lines sees what touches them and their rounds."""

    subject_id: UUID | None = None
    row: int | None = None
    round_id: UUID | None = None
    within: Within = EVERYWHERE


async def find(connection: AsyncConnection, wanted: Wanted, *, before: int | None, limit: int) -> list[Booked]:
    """Up to `limit` journals, newest first, older than a number; each with its entries in their order."""
    statement = select(Journals).order_by(Journals.c.sequence.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Journals.c.sequence < before)
    if wanted.subject_id is not None:
        statement = statement.where(Journals.c.subject_id == wanted.subject_id)
    if wanted.row is not None:
        statement = statement.where(Journals.c.row == wanted.row)
    if wanted.round_id is not None:
        statement = statement.where(_has_entry(Entries.c.round_id == wanted.round_id))
    if not wanted.within.everywhere:
        statement = statement.where(_has_entry(touches(wanted.within)))
    rows = (await connection.execute(statement)).all()
    entries = await _entries(connection, [row.id for row in rows])
    headers = [{name: getattr(row, name) for name in _HEADER} for row in rows]
    return [Booked(**header, entries=tuple(entries[header["id"]])) for header in headers]


def touches(within: Within) -> ColumnElement[bool]:
    """Whether an entry names one of these lines, or a round that one of them has funded."""
    funded = Entries.alias("funded")
    named = funded.c.budget_line_id.in_(within.line_ids)
    rounds = select(funded.c.round_id).where(named, funded.c.round_id.is_not(None))
    return or_(Entries.c.budget_line_id.in_(within.line_ids), Entries.c.round_id.in_(rounds))


def _has_entry(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Entries.c.journal_id == Journals.c.id, condition)


async def _entries(connection: AsyncConnection, journal_ids: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    statement = select(Entries).where(Entries.c.journal_id.in_(journal_ids)).order_by(Entries.c.position)
    found: dict[UUID, list[Entry]] = {journal_id: [] for journal_id in journal_ids}
    for row in await connection.execute(statement):
        funding = Funding(row.currency, row.funding_source, row.round_id, row.budget_line_id)
        place = Place(PlaceKind(row.place), row.owner, row.part)
        found[row.journal_id].append(Entry(place, row.amount, funding))
    return found
