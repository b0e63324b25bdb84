"""What a journal did to a voucher: how much it moved in each of its places."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Moved:
    """What one journal, or all of one event together, moved on vouchers: debits − credits in each place, in fen."""

    event: str
    currency: str
    available: int = 0
    held: int = 0
    captured: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """A journal that touched a voucher. sequence: the order of booking; for the rest see `Journal`."""

    sequence: int
    journal_id: UUID
    row: int
    booked_at: datetime
    value_on: date
    subject_kind: str
    subject_id: UUID
    document_id: UUID | None
    voucher_id: UUID
    moved: Moved
