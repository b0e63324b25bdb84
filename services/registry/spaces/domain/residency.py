"""Decides who lives in a space 入驻, from when until when, and how it ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.catalogue.domain.names import shown
from services.registry.catalogue.domain.period import Period, future_faults, period_faults
from services.registry.spaces.domain.space import Space, closed_faults


class Ending(StrEnum):
    """How a residency ended: moved out, graduated 毕业, or the team broke up."""

    LEFT = "left"
    GRADUATED = "graduated"
    DISSOLVED = "dissolved"


@dataclass(frozen=True)
class Residency:
    """A team or an organisation (exactly one of them) is resident in a space; ``ended_how`` once that was told."""

    id: UUID
    space_id: UUID
    team_id: UUID | None
    organization_id: UUID | None
    period: Period
    ended_how: Ending | None = None

    def lives_on(self, day: date) -> bool:
        """Whether it neither ended otherwise nor is over before a day; one that begins later counts."""
        return self.ended_how is None and not self.period.ended_before(day)

    def ended(self, on: date, how: Ending) -> "Residency":
        """Give the same with its last day: never before its first, never after the one it had."""
        last = on if self.period.until is None else min(on, self.period.until)
        return replace(self, period=Period(self.period.start, max(self.period.start, last)), ended_how=how)


def residency_faults(
    residency: Residency, space: Space, known: Iterable[Residency], *, inside: str = ""
) -> list[Reason]:
    """List what is wrong with a residency: nobody or two at once, dates, a closed space, the same resident twice.

    ``inside`` is the pointer of the object in which it was told.
    """
    return [
        *_resident_faults(residency),
        *period_faults(residency.period, f"{inside}/until"),
        *closed_faults(space, f"{inside}/space"),
        *_overlap_faults(residency, known),
    ]


def end_residency(residency: Residency, *, on: date, how: Ending, today: date) -> Residency:
    """End a residency with its last day, or say how one that ran out has ended.

    Refusal ``residency.ended`` when that was told before; else all of ``date.future`` and ``residency.end`` (before its
    first day, or after the last it was given).
    """
    if residency.ended_how is not None:
        raise Refusal("residency.ended", rule="a residency ends once", numbers={"how": residency.ended_how.value})
    refuse_all([*future_faults(on, today=today, pointer="/on"), *end_faults(residency.period, on)])
    return residency.ended(on, how)


def end_faults(period: Period, on: date) -> list[Reason]:
    """List what is wrong with a last day: it is none of the days on which the fact holds."""
    if period.covers(on):
        return []
    numbers = {"from": period.start.isoformat(), "until": None if period.until is None else period.until.isoformat()}
    return [
        Reason("period.end", rule="what holds from day to day ends on one of its days", pointer="/on", numbers=numbers)
    ]


def _resident_faults(residency: Residency) -> list[Reason]:
    if (residency.team_id is None) != (residency.organization_id is None):
        return []
    return [Reason("residency.resident", rule="a residency is of one team or one organisation", pointer="/team")]


def _overlap_faults(residency: Residency, known: Iterable[Residency]) -> list[Reason]:
    for other in known:
        if other.space_id == residency.space_id and other.period.overlaps(residency.period):
            numbers = {"id": shown("rsd", other.id)}
            return [Reason("residency.overlap", rule="nobody is resident twice", pointer="/from", numbers=numbers)]
    return []
