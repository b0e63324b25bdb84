"""Decides what is kept of every act upon a space: what, when, who, why, by which clause and document."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Act:
    """Something done to a space. at: instant (UTC); today: its local date; by: the person, or the timer."""

    verb: str
    at: datetime
    today: date
    by: str
    reason: str | None = None
    clause: str | None = None
    document_id: UUID | None = None
    request_id: str | None = None
