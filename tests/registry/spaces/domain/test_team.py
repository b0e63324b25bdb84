"""What a team is."""

from datetime import date
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.team import Team, TeamFacts, living_faults, team_faults
from tests.registry.samples import TODAY

MEMBERS = tuple(UUID(int=number) for number in range(1, 4))


def test_three_persons_are_a_team_of_three() -> None:
    assert team_faults(TeamFacts("轨道小队", MEMBERS), members_least=3) == []


@pytest.mark.parametrize("members", [MEMBERS[:2], tuple(UUID(int=number) for number in range(1, 52))])
def test_too_few_or_too_many_are_refused(members: tuple[UUID, ...]) -> None:
    (fault,) = team_faults(TeamFacts("轨道小队", members), members_least=3)
    assert (fault.code, fault.numbers["count"]) == ("team.core_members", len(members))


def test_a_member_named_twice_counts_once_and_is_pointed_at() -> None:
    found = team_faults(TeamFacts("", (MEMBERS[0], MEMBERS[1], MEMBERS[0])), members_least=3)
    assert [fault.code for fault in found] == ["name.empty", "team.core_members", "team.member_twice"]
    assert found[-1].pointer == "/core_members/2"


def test_a_change_is_counted() -> None:
    assert Team(new_id(), new_id(), TeamFacts("轨道小队", MEMBERS)).changed().version == 1


def test_a_team_lives_in_its_space_on_the_day_it_is_recorded() -> None:
    assert living_faults(Period(TODAY), today=TODAY) == []
    (fault,) = living_faults(Period(date(2020, 9, 15)), today=TODAY)
    assert (fault.code, fault.pointer) == ("team.not_resident", "/residency/from")
