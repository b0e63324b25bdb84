"""Decides what a team 团队 is: persons, known by reference only, who live in a space and have no credit code yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import name_faults
from services.registry.catalogue.domain.period import Period

MEMBERS_MOST = 50


class TeamStatus(StrEnum):
    """Whether the team works; once it is incorporated it is a firm, and changes no more."""

    ACTIVE = "active"
    DISSOLVED = "dissolved"
    INCORPORATED = "incorporated"


@dataclass(frozen=True)
class TeamFacts:
    """What is recorded about a team: its name and its core members as references to persons, never their data."""

    name: str
    core_members: tuple[UUID, ...]


@dataclass(frozen=True)
class Incorporation:
    """A team became an organisation on a day."""

    organization_id: UUID
    on: date


@dataclass(frozen=True)
class Team:
    """A team as recorded; ``home_id`` is the space in which it was recorded; ``version`` is its ETag.

    ``root_id``: the team with which its quota begins, None for itself; ``past_members`` were core members before.
    """

    id: UUID
    home_id: UUID
    facts: TeamFacts
    status: TeamStatus = TeamStatus.ACTIVE
    version: int = 0
    root_id: UUID | None = None
    past_members: tuple[UUID, ...] = ()
    incorporation: Incorporation | None = None

    @property
    def root(self) -> UUID:
        """The team with which its quota begins."""
        return self.root_id or self.id

    @property
    def people(self) -> frozenset[UUID]:
        """All who are or ever were its core members."""
        return frozenset((*self.facts.core_members, *self.past_members))

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


def root_of(members: Sequence[UUID], others: Iterable[Team], *, members_least: int) -> UUID | None:
    """The quota root of people who were a team before, None when they are new: the same people get no second quota.

    others: teams that share people with them, the oldest first. As many as make a team must be the same, or half of
    these members, rounded up, where that is fewer: one exchanged member makes no other team.
    """
    enough = min(members_least, (len(set(members)) + 1) // 2)
    return next((other.root for other in others if len(other.people.intersection(members)) >= enough), None)


def amend_team(team: Team, facts: TeamFacts, status: TeamStatus, *, others: Iterable[Team], members_least: int) -> Team:
    """Change name, core members or status; who leaves stays known.

    Refusal with all of: ``team.state`` (it is incorporated, or shall be by this way), the faults of the facts,
    ``team.root`` (the core members would be those of another team, whose quota is another).
    """
    foreign = [other for other in others if other.root != team.root]
    root = root_of(facts.core_members, foreign, members_least=members_least)
    rule = "whoever was a team before stays that team"
    refuse_all(
        [
            *active_faults(team, TeamStatus.INCORPORATED),
            *active_faults(replace(team, status=status), TeamStatus.INCORPORATED),
            *team_faults(facts, members_least=members_least),
            *([] if root is None else [Reason("team.root", rule=rule, pointer="/core_members")]),
        ]
    )
    past = tuple(sorted(team.people - frozenset(facts.core_members)))
    return replace(team, facts=facts, status=status, past_members=past)


def active_faults(team: Team, *barred: TeamStatus) -> list[Reason]:
    """List what is wrong with an act upon a team: its status is one of those that bar it."""
    if team.status not in barred:
        return []
    return [Reason("team.state", rule="an incorporated team is a firm", numbers={"state": team.status.value})]


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
