"""How a team becomes a firm, and that the same people keep one root whatever they do."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.incorporation import incorporate
from services.registry.spaces.domain.residency import Ending, Residency
from services.registry.spaces.domain.team import Incorporation, Team, TeamFacts, TeamStatus, amend_team, root_of
from tests.registry.samples import TODAY, codes

DAY = date(2020, 9, 1)
PEOPLE = tuple(UUID(int=number) for number in range(1, 8))
TEAM = Team(new_id(), new_id(), TeamFacts("小队", PEOPLE[:3]))
FIRM = Incorporation(new_id(), DAY)
HERE = Residency(new_id(), TEAM.home_id, TEAM.id, None, Period(date(2020, 1, 1)))
BEFORE = Residency(new_id(), new_id(), TEAM.id, None, Period(date(2019, 1, 1), date(2019, 12, 31)))


def test_a_stay_goes_on_for_the_firm_and_one_that_is_over_does_not() -> None:
    made = incorporate(TEAM, FIRM, [BEFORE, HERE], firm_stays=(), today=TODAY)
    assert (made.team.status, made.team.incorporation) == (TeamStatus.INCORPORATED, FIRM)
    assert [(one.id, one.period.until, one.ended_how) for one in made.ended] == [
        (HERE.id, DAY - timedelta(days=1), Ending.GRADUATED)
    ]
    assert made.goes_on == ((TEAM.home_id, Period(DAY)),)


def test_a_firm_that_lives_there_is_not_doubled() -> None:
    own = Residency(new_id(), TEAM.home_id, None, FIRM.organization_id, Period(DAY, DAY))
    assert incorporate(TEAM, FIRM, [HERE], firm_stays=[own], today=TODAY).goes_on == ()


def test_a_team_lives_before_it_is_a_firm() -> None:
    late = Residency(new_id(), new_id(), TEAM.id, None, Period(date(2020, 9, 5)))
    with pytest.raises(Refusal) as refused:
        incorporate(TEAM, FIRM, [HERE, late], firm_stays=(), today=TODAY)
    assert (codes(refused.value), refused.value.reasons[0].numbers) == (
        {"team.incorporation_day"},
        {"from": "2020-09-05"},
    )


@given(st.lists(st.sets(st.sampled_from(PEOPLE), min_size=3, max_size=7), min_size=1, max_size=6))
def test_half_of_a_team_or_three_who_were_a_team_before_are_of_its_root(groups: list[set[UUID]]) -> None:
    teams: list[Team] = []
    for group in groups:
        members = tuple(sorted(group))
        root = root_of(members, teams, members_least=3)
        teams.append(Team(new_id(), new_id(), TeamFacts("队", members), root_id=root))
        shared = [(one, len(one.people & group)) for one in teams[:-1]]
        older = [one for one, many in shared if many >= 3 or 2 * many >= len(group)]
        assert teams[-1].root == (older[0].root if older else teams[-1].id)


@given(st.lists(st.sets(st.sampled_from(PEOPLE), min_size=3, max_size=5), max_size=5))
def test_nobody_who_was_in_a_team_is_forgotten(groups: list[set[UUID]]) -> None:
    team, seen = TEAM, set(TEAM.people)
    for group in groups:
        facts = TeamFacts("队", tuple(sorted(group)))
        team = amend_team(team, facts, TeamStatus.ACTIVE, others=(), members_least=3)
        seen |= group
    assert team.people == seen
    assert not set(team.past_members) & set(team.facts.core_members)
