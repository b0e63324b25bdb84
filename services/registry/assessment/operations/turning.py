"""Decides how an operation on one assessment is kept, and until when the next one is due."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.registry.asked import Asked
from services.registry.assessment.store.holding import Case
from services.registry.assessment.store.settling import Turns
from services.registry.spaces.domain.act import Act
from services.standards.calendar import end_of_day


def act_of(asked: Asked, verb: str, now: datetime, reason: str | None = None, document_id: UUID | None = None) -> Act:
    """What was done, by whoever asked, as of an instant."""
    return Act(verb, now, asked.day_of(now), asked.actor, reason, None, document_id, asked.request_id)


def turn_at(asked: Asked, case: Case, now: datetime, until: date | None = None) -> Turns:
    """Whose turn it is: until a local day, or as long as a reviewer has."""
    last_day = until or asked.day_of(now) + timedelta(days=asked.settings.review_days)
    return Turns({case.space.id: case.space}, end_of_day(last_day, asked.settings.zone))
