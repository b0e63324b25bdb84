"""Decides what the registry is told of a holder's word on accepted work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Rated:
    """One redemption, whose work it was, in which category, and 1 (poor) to 5 stars; at: when it was accepted (UTC)."""

    redemption_id: UUID
    provider_id: UUID
    category: str
    offering_id: UUID | None
    stars: int
    at: datetime
