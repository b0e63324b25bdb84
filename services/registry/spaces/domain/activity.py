"""Decides what an activity 活动 of a space is, and how what was typed wrong is corrected without being lost."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown
from services.registry.catalogue.domain.period import future_faults
from services.registry.spaces.domain.mentor import Mentor

MOST = 1_000_000
"""More sessions or heads than any activity has: what is above is a slip of the pen."""


class ActivityKind(StrEnum):
    """Training 培训, coaching 辅导, road show 路演, contest 大赛."""

    TRAINING = "training"
    COACHING = "coaching"
    ROAD_SHOW = "road_show"
    CONTEST = "contest"


@dataclass(frozen=True)
class ActivityFacts:
    """What happened on a local day: in so many sessions, with so many heads, led by a mentor of the space or none."""

    kind: ActivityKind
    title: str
    held_on: date
    sessions: int
    heads: int
    mentor_id: UUID | None = None
    document_id: UUID | None = None


@dataclass(frozen=True)
class Correction:
    """Which activity a row replaces, and why."""

    corrects_id: UUID
    reason: str


@dataclass(frozen=True)
class Activity:
    """An activity as recorded; ``corrected_by`` is the one that replaced it."""

    id: UUID
    space_id: UUID
    facts: ActivityFacts
    correction: Correction | None = None
    corrected_by: UUID | None = None


def activity_faults(facts: ActivityFacts, mentor: Mentor | None, *, today: date, least: int = 1) -> list[Reason]:
    """List all that is wrong with an activity: title, a day to come, numbers, a mentor who was none that day.

    least: the fewest sessions; a correction may say none, which is how what never took place is taken back.
    """
    return [
        *name_faults(facts.title, "/title"),
        *future_faults(facts.held_on, today=today, pointer="/held_on"),
        *_number_faults("/sessions", facts.sessions, least),
        *_number_faults("/heads", facts.heads, 0, MOST if facts.sessions > 0 else 0),
        *_mentor_faults(facts, mentor),
    ]


def correction_faults(facts: ActivityFacts, reason: str, mentor: Mentor | None, *, today: date) -> list[Reason]:
    """List all that is wrong with a correction: its facts, or no reason."""
    faults = activity_faults(facts, mentor, today=today, least=0)
    return [*faults, *name_faults(reason, "/reason", limit=TEXT_LENGTH)]


def refuse_corrected(activity: Activity) -> None:
    """Refusal ``activity.corrected`` with the id of what replaced it: a correction is of the newest row."""
    if activity.corrected_by is not None:
        numbers = {"id": shown("atv", activity.corrected_by)}
        raise Refusal("activity.corrected", rule="an activity is replaced once", numbers=numbers)


def _number_faults(pointer: str, number: int, least: int, most: int = MOST) -> list[Reason]:
    if least <= number <= most:
        return []
    numbers = {"least": least, "most": most}
    return [Reason("activity.number", rule="sessions are held, heads are counted", pointer=pointer, numbers=numbers)]


def _mentor_faults(facts: ActivityFacts, mentor: Mentor | None) -> list[Reason]:
    if facts.mentor_id is None or (mentor is not None and mentor.period.covers(facts.held_on)):
        return []
    numbers = {"date": facts.held_on.isoformat()}
    rule = "an activity is led by a mentor of the space"
    return [Reason("mentor.not_active", rule=rule, pointer="/mentor", numbers=numbers)]
