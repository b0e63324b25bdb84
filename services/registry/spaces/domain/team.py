"""Decides what a team 团队 is: persons, known by reference only, who live in a space and have no credit code yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults
from services.registry.catalogue.domain.period import Period

MEMBERS_MOST = 50


class TeamStatus(StrEnum):
    """Whether the team works; incorporation is told by a later act."""

    ACTIVE = "active"
    DISSOLVED = "dissolved"


@dataclass(frozen=True)
class TeamFacts:
    """What is recorded about a team: its name and its core members as references to persons, never their data."""

    name: str
    core_members: tuple[UUID, ...]


@dataclass(frozen=True)
class Team:
    """A team as recorded; ``home_id`` is the space in which it was recorded; ``version`` is its ETag."""

    id: UUID
    home_id: UUID
    facts: TeamFacts
    status: TeamStatus = TeamStatus.ACTIVE
    version: int = 0

    def changed(self) -> "Team":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


def team_faults(facts: TeamFacts, *, members_least: int) -> list[Reason]:
    """List all that is wrong with a team: its name, too few or too many core members, a member named twice."""
    return [
        *name_faults(facts.name, "/name"),
        *_number_faults(len(set(facts.core_members)), members_least),
        *_twice_faults(facts.core_members),
    ]


def living_faults(stay: Period, *, today: date) -> list[Reason]:
    """List what is wrong with a new team's stay: it does not live in its space today."""
    if stay.covers(today):
        return []
    rule = "a team is recorded while it is resident in a space"
    return [Reason("team.not_resident", rule=rule, pointer="/residency/from", numbers={"today": today.isoformat()})]


def _number_faults(count: int, least: int) -> list[Reason]:
    if least <= count <= MEMBERS_MOST:
        return []
    numbers = {"count": count, "least": least, "most": MEMBERS_MOST}
    rule = "a team has its fewest core members"
    return [Reason("team.core_members", rule=rule, pointer="/core_members", numbers=numbers)]


def _twice_faults(members: Sequence[UUID]) -> list[Reason]:
    return [
        Reason("team.member_twice", rule="a member is named once", pointer=f"/core_members/{place}")
        for place, member in enumerate(members)
        if member in members[:place]
    ]
