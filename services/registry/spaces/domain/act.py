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
    changed: tuple["Changed", ...] = ()


@dataclass(frozen=True)
class Changed:
    """A fact that an act gave another value, both as they are told outside."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Step:
    """One act as it stands in the history of a space; without a state before, the space was recorded by it."""

    id: UUID
    number: int
    verb: str
    from_state: str | None
    to_state: str
    at: datetime
    by: str
    reason: str | None
    clause: str | None
    document_id: UUID | None
