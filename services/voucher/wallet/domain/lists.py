"""Decides what a row of a bureau's list asks for, what is wrong with it, and what it came to."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.standards.money import AmountFault, parse_amount
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.states import ListState

ROWS_MAX = 10_000
CELLS = ("holder_id", "amount", "client_ref")
SHOWN_MAX = 64
HOLDER = re.compile(r"(?:org|tea|per)_([0-9a-f]{32})")
CLIENT_REF = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was handed in, counted from 1: its cells as text, whatever they say, and how many there were.

    Of a row that is too short or too long nobody knows which cell is which: its cells are empty.
    """

    row: int
    holder_id: str
    amount: str
    client_ref: str
    cells: int = len(CELLS)

    @property
    def whole(self) -> bool:
        """Whether it has a cell for each column."""
        return self.cells == len(CELLS)

    def found(self, pointer: str | None) -> str | None:
        """What stands in the cell of a pointer such as ``/amount``; None for no cell and for more than is shown."""
        cell = None if pointer is None else {f"/{name}": getattr(self, name) for name in CELLS}.get(pointer)
        return None if cell is None or len(cell) > SHOWN_MAX else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationList:
    """A list of one round, in one currency, by the number of the document behind it.

    client and handed_in_by: the account and the person; dry_run: it is only looked at.
    """

    id: UUID
    round_id: UUID
    document: str
    currency: str
    dry_run: bool
    rows: tuple[Row, ...]
    state: ListState
    client: str
    handed_in_by: str
    handed_in_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SoundRow:
    """What a well-formed row asks for, and on whose behalf; the amount in fen."""

    row: int
    holder_id: UUID
    amount: int
    client_ref: str


@dataclass(frozen=True, slots=True)
class Read:
    """A row as read: whom it names and how much it asks for (fen), where that can be told, and its faults."""

    row: int
    holder_id: UUID | None
    amount: int | None
    client_ref: str
    faults: tuple[Reason, ...]

    @property
    def sound(self) -> SoundRow | None:
        """What it asks for, if nothing is wrong in the list itself."""
        if self.holder_id is None or self.amount is None or self.faults:
            return None
        return SoundRow(self.row, self.holder_id, self.amount, self.client_ref)


@dataclass(frozen=True, slots=True)
class Others:
    """Applications that a row may collide with: the holder's live one in the round, and the client's of that name."""

    live: Application | None
    named: Application | None


def numbered(cells: Sequence[Mapping[str, str]]) -> tuple[Row, ...]:
    """Rows of a list, in the order given. Refusals ``list.empty``, ``list.too_long``."""
    return _as_many_as_taken([_row(place, one) for place, one in enumerate(cells, start=1)])


def _row(place: int, cells: Mapping[str, str]) -> Row:
    return Row(place, cells["holder_id"], cells["amount"], cells["client_ref"])


def _as_many_as_taken(rows: Sequence[Row]) -> tuple[Row, ...]:
    if not rows:
        raise Refusal("list.empty", pointer="/rows")
    if len(rows) > ROWS_MAX:
        raise Refusal("list.too_long", pointer="/rows", numbers={"rows": len(rows), "at_most": ROWS_MAX})
    return tuple(rows)


def of_file(content: bytes) -> tuple[Row, ...]:
    """The rows of a CSV file in UTF-8 whose first line names the columns, in any order; also those of too few cells.

    Refusals ``list.file`` when it is none, ``list.empty``, ``list.too_long``.
    """
    if b"\0" in content:  # which neither a cell nor the database can hold
        raise Refusal("list.file", pointer="/file", numbers={"why": "it has a NUL byte"})
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        head, *rest = [line for line in lines if line] or [[]]
    except UnicodeDecodeError as error:
        raise Refusal("list.file", pointer="/file", numbers={"why": "it is not in UTF-8"}) from error
    except csv.Error as error:
        why = "a quotation mark is not closed, or it is no table"
        raise Refusal("list.file", pointer="/file", numbers={"why": why}) from error
    if sorted(head) != sorted(CELLS):
        raise Refusal("list.file", pointer="/file", numbers={"why": f"its columns are not {', '.join(CELLS)}"})
    return _as_many_as_taken([_of_line(place, head, line) for place, line in enumerate(rest, start=1)])


def _of_line(place: int, head: Sequence[str], line: Sequence[str]) -> Row:
    if len(line) != len(head):
        return Row(place, "", "", "", cells=len(line))
    return _row(place, dict(zip(head, line, strict=True)))


def read(one: ApplicationList) -> list[Read]:
    """Every row with all that is wrong in the list itself; whom or what an earlier row named already is a fault."""
    holders: dict[str, int] = {}
    references: dict[str, int] = {}
    return [
        _read(
            row,
            one.currency,
            holders.setdefault(row.holder_id, row.row),
            references.setdefault(row.client_ref, row.row),
        )
        if row.whole
        else _unreadable(row)
        for row in one.rows
    ]


def _unreadable(row: Row) -> Read:
    numbers = {"cells": row.cells, "columns": len(CELLS)}
    return Read(row.row, None, None, row.client_ref, (Reason("list.cells", numbers=numbers),))


def _read(row: Row, currency: str, holder_first: int, reference_first: int) -> Read:
    amount, amount_faults = _amount(row.amount, currency)
    holder = HOLDER.fullmatch(row.holder_id)
    faults = [
        *([] if holder else [Reason("list.holder_id", pointer="/holder_id")]),
        *amount_faults,
        *([] if CLIENT_REF.fullmatch(row.client_ref) else [Reason("list.client_ref", pointer="/client_ref")]),
        *_again("/holder_id", row.row, holder_first),
        *_again("/client_ref", row.row, reference_first),
    ]
    return Read(row.row, UUID(hex=holder[1]) if holder else None, amount, row.client_ref, tuple(faults))


def _amount(cell: str, currency: str) -> tuple[int | None, list[Reason]]:
    try:
        amount = parse_amount(cell, currency)
    except AmountFault as fault:
        return None, [Reason("list.amount", pointer="/amount", numbers={"why": str(fault)})]
    if amount <= 0:
        return None, [Reason("list.amount", pointer="/amount", numbers={"why": "an amount is above zero"})]
    return amount, []


def _again(pointer: str, row: int, first: int) -> list[Reason]:
    if row == first:
        return []
    return [Reason("list.repeated", rule="list.one_row_each", pointer=pointer, numbers={"row": first})]


def is_there(row: Read, client: str, others: Others) -> bool:
    """Whether a row was carried out already: the holder's live application is the very one that it asks for."""
    live = others.live
    return live is not None and (live.client, live.client_ref, live.amount) == (client, row.client_ref, row.amount)


def collisions(others: Others) -> list[Reason]:
    """What other applications say against a row that is not there yet."""
    reasons = []
    if others.live is not None:
        numbers = {"application_id": f"app_{others.live.id.hex}"}
        rule = "allocation.one_live_application"
        reasons.append(Reason("application.duplicate", rule=rule, pointer="/holder_id", numbers=numbers))
    if others.named is not None:
        reasons.append(Reason("client_ref.taken", pointer="/client_ref"))
    return reasons
