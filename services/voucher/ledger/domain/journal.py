"""What a journal says beside its entries: when it was booked, for which day it counts, who stands behind it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.voucher.ledger.domain.posting import Posting

HOUSE_ZONE = "Asia/Shanghai"
"""Where a business date is read when no scheme names a zone, as for the changes of a budget line."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One event to book.

    `booked_at` is the business instant of the transaction (UTC); `value_on` the local date on which it counts, which a
    timer that runs late takes from the due instant. `subject_kind` and `subject_id` name what it happened to, `actor`
    is a prefixed id, and either a request or a document stands behind it.
    """

    id: UUID
    posting: Posting
    booked_at: datetime
    value_on: date
    actor: str
    request_id: str | None
    subject_kind: str
    subject_id: UUID
    document_id: UUID | None = None
