"""Recording teams: persons by reference, resident in a space."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.team import TeamFacts
from services.registry.spaces.operations.residencies import record_residency
from services.registry.spaces.operations.teams import amend_team, list_teams, read_team, record_team
from tests.registry.samples import TODAY, asked, codes, organization, places, space
from tests.registry.spaces.samples import feed

MEMBERS = tuple(UUID(int=number) for number in range(1, 4))
SINCE = Period(date(2020, 1, 1))


async def team(request: Asked, space_id: UUID, name: str = "轨道小队") -> UUID:
    told = await record_team(request, TeamFacts(name, MEMBERS), space_id=space_id, stay=SINCE)
    return parse("tea", told["id"])


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def home(registry: Database, operator: UUID) -> UUID:
    return await space(registry, operator)


async def test_a_team_is_recorded_by_the_space_it_lives_in(registry: Database, operator: UUID, home: UUID) -> None:
    own = asked(registry, "create_team", "space", organization=operator)
    made = await team(own, home)
    told = await read_team(asked(registry, "get_team", "space", organization=operator), made)
    assert told["core_members"] == [f"per_{member.hex}" for member in MEMBERS]
    assert told["residencies"] == [{"space": f"spc_{home.hex}", "from": "2020-01-01", "until": None}]


async def test_a_team_tells_all_its_faults(registry: Database, home: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await record_team(
            asked(registry, "create_team"),
            TeamFacts("", MEMBERS[:1]),
            space_id=home,
            stay=Period(date(2020, 10, 2), date(2020, 10, 1)),
        )
    assert places(refused.value) == {
        "/name": "name.empty",
        "/core_members": "team.core_members",
        "/residency/until": "period.reversed",
        "/residency/from": "team.not_resident",
    }


async def test_a_space_records_no_team_in_anothers_rooms(registry: Database, home: UUID) -> None:
    stranger = asked(registry, "create_team", "space", organization=uuid4())
    with pytest.raises(NotFound):
        await team(stranger, home)


async def test_a_space_has_one_active_team_of_a_name(registry: Database, home: UUID) -> None:
    made = await team(asked(registry, "create_team"), home)
    with pytest.raises(Refusal) as refused:
        await team(asked(registry, "create_team"), home)
    assert refused.value.reasons[0].numbers == {"id": f"tea_{made.hex}"}
    await amend_team(asked(registry, "update_team"), made, version=1, changes={"status": "dissolved"})
    assert await team(asked(registry, "create_team"), home) != made


async def test_a_team_is_changed_from_the_version_that_was_read(registry: Database, home: UUID) -> None:
    made = await team(asked(registry, "create_team"), home)
    request = asked(registry, "update_team")
    more = (*MEMBERS, UUID(int=4))
    told = await amend_team(request, made, version=1, changes={"core_members": more})
    assert (len(told["core_members"]), told["version"]) == (4, 2)
    with pytest.raises(Refusal) as refused:
        await amend_team(request, made, version=1, changes={})
    assert codes(refused.value) == {"edit.precondition"}
    with pytest.raises(Refusal) as refused:
        await amend_team(request, made, version=2, changes={"core_members": ()})
    assert codes(refused.value) == {"team.core_members"}


async def test_a_team_is_unknown_to_strangers(registry: Database, home: UUID) -> None:
    made = await team(asked(registry, "create_team"), home)
    with pytest.raises(NotFound) as refused:
        await read_team(asked(registry, "get_team", "space", organization=uuid4()), made)
    assert codes(refused.value) == {"team.unknown"}
    with pytest.raises(NotFound):
        await read_team(asked(registry, "get_team"), uuid4())


async def test_teams_in_sight_are_listed_and_turned_over(registry: Database, operator: UUID, home: UUID) -> None:
    made = [await team(asked(registry, "create_team"), home, name) for name in ("甲", "乙")]
    own = asked(registry, "list_teams", "space", organization=operator)
    first, cursor = await list_teams(own, after=None, limit=1)
    second, _ = await list_teams(own, after=cursor, limit=1)
    assert [parse("tea", item["id"]) for item in first + second] == made
    assert await list_teams(asked(registry, "list_teams", "space", organization=uuid4()), after=None, limit=9) == (
        [],
        None,
    )


async def test_a_team_that_moves_on_is_told_with_both_residencies(
    registry: Database, operator: UUID, home: UUID
) -> None:
    made = await team(asked(registry, "create_team"), home)
    second = await space(registry, operator, "第二空间")
    move = Residency(new_id(), second, made, None, Period(TODAY))
    await record_residency(asked(registry, "create_residency"), move)
    *_, last = await feed(registry)
    assert last.subject_id == f"tea_{made.hex}"
    assert [one["space"] for one in last.data["residencies"]] == [f"spc_{home.hex}", f"spc_{second.hex}"]
