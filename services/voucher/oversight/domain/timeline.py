"""How long a claim line has been where: each stage with when it began, was due and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entered:
    """Something that began. name: a state, with its stage where it has one; due_at: when it should be over (UTC)."""

    name: str
    at: datetime
    due_at: datetime | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way. Instants in UTC; left_at is None for the one that lasts."""

    name: str
    entered_at: datetime
    due_at: datetime | None
    left_at: datetime | None
    age_days: int
    breached: bool
    reason: str | None


def stages(entered: Sequence[Entered], *, now: datetime, ended: bool) -> tuple[Stage, ...]:
    """The stages in their order, each until the next began; the last one lasts until now, unless all has ended.

    A stage is breached when it ended after it was due, or lasts longer than that.
    """
    found = []
    for place, one in enumerate(entered):
        last = place == len(entered) - 1
        left_at = None if last else entered[place + 1].at
        over = one.at if last and ended else left_at or now
        found.append(
            Stage(
                name=one.name,
                entered_at=one.at,
                due_at=one.due_at,
                left_at=left_at,
                age_days=(over - one.at) // ONE_DAY,
                breached=one.due_at is not None and over > one.due_at,
                reason=one.reason,
            )
        )
    return tuple(found)
