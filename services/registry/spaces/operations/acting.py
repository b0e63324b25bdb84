"""Decides how a request becomes an act upon a space."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.registry.asked import Asked
from services.registry.spaces.domain.act import Act


@dataclass(frozen=True)
class Ground:
    """Why something is done to a space: the reason, the clause that says so, and the document."""

    reason: str
    clause: str
    document_id: UUID


def act_of(
    asked: Asked,
    verb: str,
    now: datetime,
    *,
    reason: str | None = None,
    clause: str | None = None,
    document_id: UUID | None = None,
) -> Act:
    """What is done to a space by whoever asks, at an instant (UTC), on what grounds."""
    return Act(
        verb=verb,
        at=now,
        today=asked.day_of(now),
        by=asked.actor,
        reason=reason,
        clause=clause,
        document_id=document_id,
        request_id=asked.request_id,
    )
