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
HOLDER = re.compile(r"org_([0-9a-f]{32})")
CLIENT_REF = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was handed in, counted from 1: its cells as text, whatever they say."""

    row: int
    holder_id: str
    amount: str
    client_ref: str


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
    if not cells:
        raise Refusal("list.empty", pointer="/rows")
    if len(cells) > ROWS_MAX:
        raise Refusal("list.too_long", pointer="/rows", numbers={"rows": len(cells), "at_most": ROWS_MAX})
    return tuple(Row(place, **{name: one[name] for name in CELLS}) for place, one in enumerate(cells, start=1))


def of_file(content: bytes) -> tuple[Row, ...]:
    """The rows of a CSV file in UTF-8 whose first line names the columns, in any order.

    Refusals ``list.file`` when it is none, ``list.empty``, ``list.too_long``.
    """
    if b"\0" in content:  # which neither a cell nor the database can hold
        raise Refusal("list.file", pointer="/file", numbers={"why": "it has a NUL byte"})
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        head, *rest = [line for line in lines if line] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("list.file", pointer="/file", numbers={"why": str(error)}) from error
    if sorted(head) != sorted(CELLS):
        raise Refusal("list.file", pointer="/file", numbers={"why": f"its columns are not {', '.join(CELLS)}"})
    for place, line in enumerate(rest, start=1):
        if len(line) != len(head):
            why = f"row {place} has {len(line)} cells"
            raise Refusal("list.file", pointer="/file", numbers={"why": why})
    return numbered([dict(zip(head, line, strict=True)) for line in rest])


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
        for row in one.rows
    ]


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
