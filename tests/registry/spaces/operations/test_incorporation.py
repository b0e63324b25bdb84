"""A team becomes a firm, and the same people get no second quota."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.operations.organizations import read_organization
from services.registry.parties.store import organizations, people
from services.registry.spaces.domain.residency import Ending, Residency
from services.registry.spaces.domain.team import Incorporation, TeamFacts
from services.registry.spaces.operations.residencies import end_of_residency, list_residencies, record_residency
from services.registry.spaces.operations.teams import amend_team, incorporate_team, read_team, record_team
from services.registry.spaces.store import residencies
from services.registry.spaces.store.counting import counted
from tests.registry.samples import TAISHAN, asked, codes, document, organization, places, space
from tests.registry.spaces.samples import MEMBERS, feed, person, team

DAY = date(2020, 9, 1)
OTHERS = tuple(UUID(int=number) for number in range(11, 14))


@pytest.fixture
async def home(registry: Database) -> UUID:
    return await space(registry, await organization(registry))


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry, 2)


async def incorporated(registry: Database, team_id: UUID, firm: UUID, on: date = DAY) -> dict[str, object]:
    request, proof = asked(registry, "incorporate_team"), await document(registry)
    return await incorporate_team(request, team_id, Incorporation(firm, on), document_id=proof)


async def somebody_waits(registry: Database) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(2_000):
        async with registry.read() as connection:
            if (await connection.execute(text(waiting))).scalar_one():
                return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_team_that_becomes_a_firm_goes_on_in_its_rooms(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    told = await incorporated(registry, made, firm)
    assert (told["status"], told["incorporated_as"], told["incorporated_on"]) == (
        "incorporated",
        f"org_{firm.hex}",
        "2020-09-01",
    )
    stays, _ = await list_residencies(asked(registry, "list_residencies"), home, after=None, limit=9)
    assert [(one["from"], one["until"], one["ended_how"]) for one in stays] == [
        ("2020-01-01", "2020-08-31", "graduated"),
        ("2020-09-01", None, None),
    ]
    assert stays[1]["organization"] == f"org_{firm.hex}"


async def test_the_firm_names_the_root_of_its_quota(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    await incorporated(registry, made, firm)
    told = await read_organization(asked(registry, "get_organization"), firm)
    assert told["quota_roots"] == [f"tea_{made.hex}"]
    assert (await feed(registry))[-1].data == told


async def test_an_incorporation_is_decided_with_its_document(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    await incorporated(registry, made, firm)
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, made)
    assert (decision.kind, decision.numbers["root"]) == ("incorporate", f"tea_{made.hex}")


async def test_an_incorporation_tells_all_its_faults(registry: Database, home: UUID) -> None:
    made = await team(registry, home)
    request = asked(registry, "incorporate_team")
    with pytest.raises(Refusal) as refused:
        await incorporate_team(request, made, Incorporation(uuid4(), date(2020, 9, 15)), document_id=uuid4())
    assert places(refused.value) == {
        "/on": "date.future",
        "/organization": "reference.unknown",
        "/document": "reference.unknown",
    }
    with pytest.raises(Refusal) as refused:
        await incorporated(registry, made, await organization(registry, 3), on=date(2020, 1, 1))
    assert codes(refused.value) == {"team.incorporation_day"}


async def test_a_firm_is_not_made_twice_and_changes_no_more(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    tries = [incorporated(registry, made, firm) for _ in range(2)]
    (refused,) = [one for one in await asyncio.gather(*tries, return_exceptions=True) if isinstance(one, Refusal)]
    assert codes(refused) == {"team.state"}
    with pytest.raises(Refusal) as amended:
        await amend_team(asked(registry, "update_team"), made, version=2, changes={"status": "active"})
    assert codes(amended.value) == {"team.state"}


async def test_nobody_incorporates_by_a_change_of_status(registry: Database, home: UUID) -> None:
    made = await team(registry, home)
    with pytest.raises(Refusal) as refused:
        await amend_team(asked(registry, "update_team"), made, version=1, changes={"status": "incorporated"})
    assert codes(refused.value) == {"team.state"}


async def test_a_firm_that_lives_there_already_moves_in_once(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    own = Residency(new_id(), home, None, firm, Period(date(2020, 8, 1)))
    await record_residency(asked(registry, "create_residency"), own)
    await incorporated(registry, made, firm)
    async with registry.read() as connection:
        assert [one.id for one in await residencies.of_residents(connection, [firm])] == [own.id]


async def test_a_team_that_moves_meanwhile_is_read_again(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    second = await space(registry, await organization(registry, 3))
    async with registry.begin() as connection:
        await organizations.lock(connection, [firm])
        waiting = asyncio.create_task(incorporated(registry, made, firm))
        await somebody_waits(registry)
        move = Residency(new_id(), second, made, None, Period(date(2020, 8, 1)))
        await record_residency(asked(registry, "create_residency"), move)
    with pytest.raises(Refusal) as refused:
        await waiting
    assert codes(refused.value) == {"edit.precondition"}


async def test_the_same_people_keep_the_root_of_their_quota(registry: Database, home: UUID, firm: UUID) -> None:
    first = await team(registry, home)
    await incorporated(registry, first, firm)
    second = await team(registry, home, "新小队", (*MEMBERS, *OTHERS))
    third = await team(registry, home, "再一队", (*OTHERS, UUID(int=99)))
    told = [await read_team(asked(registry, "get_team"), one) for one in (first, second, third)]
    assert {one["root"] for one in told} == {f"tea_{first.hex}"}


async def test_other_people_begin_a_quota_of_their_own(registry: Database, home: UUID) -> None:
    await team(registry, home)
    made = await team(registry, home, "新小队", (*MEMBERS[:2], *OTHERS))
    assert (await read_team(asked(registry, "get_team"), made))["root"] == f"tea_{made.hex}"


async def test_who_left_a_team_does_not_begin_anew(registry: Database, home: UUID) -> None:
    first = await team(registry, home, "旧队", (*MEMBERS, *OTHERS))
    request = asked(registry, "update_team")
    await amend_team(request, first, version=1, changes={"core_members": OTHERS})
    second = await team(registry, home, "新队", MEMBERS)
    assert (await read_team(asked(registry, "get_team"), second))["root"] == f"tea_{first.hex}"


async def test_a_team_does_not_become_another_by_its_members(registry: Database, home: UUID) -> None:
    await team(registry, home)
    other = await team(registry, home, "另一队", OTHERS)
    with pytest.raises(Refusal) as refused:
        await amend_team(asked(registry, "update_team"), other, version=1, changes={"core_members": MEMBERS})
    assert places(refused.value) == {"/core_members": "team.root"}


async def test_of_two_teams_of_the_same_people_at_once_one_is_the_root(registry: Database, home: UUID) -> None:
    second = await space(registry, await organization(registry, 3))
    made = await asyncio.gather(team(registry, home), team(registry, second))
    told = [await read_team(asked(registry, "get_team"), one) for one in made]
    assert len({one["root"] for one in told}) == 1


async def test_firms_of_graduated_teams_are_counted_where_they_grew(registry: Database, home: UUID, firm: UUID) -> None:
    made = await team(registry, home)
    async with registry.read() as connection:
        (stay,) = await residencies.of_residents(connection, [made])
    await end_of_residency(asked(registry, "end_residency"), stay.id, on=date(2020, 8, 1), how=Ending.GRADUATED)
    await incorporated(registry, made, firm)
    async with registry.read() as connection:
        this = await counted(connection, [home], date(2020, 1, 1), date(2020, 12, 31))
        last = await counted(connection, [home], date(2019, 1, 1), date(2019, 12, 31))
    assert (this[home].resident_teams, this[home].graduated_firms) == (1, 1)
    assert (last[home].resident_teams, last[home].graduated_firms) == (0, 0)


async def test_a_firm_is_of_people_on_record(registry: Database, home: UUID, firm: UUID) -> None:
    known, unknown, erased = await person(registry), uuid4(), await person(registry)
    facts = TeamFacts("小队", (known, unknown, erased))
    told = await record_team(asked(registry, "create_team"), facts, space_id=home, stay=Period(date(2020, 1, 1)))
    async with registry.begin() as connection:
        locked = await people.lock(connection, erased)
        assert locked is not None
        await people.erase(connection, locked, at=await business_now(connection))
    with pytest.raises(Refusal) as refused:
        await incorporated(registry, parse("tea", str(told["id"])), firm)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.numbers["missing"]) == ("team.people", f"per_{unknown.hex}, per_{erased.hex}")


async def test_a_firm_is_not_older_than_its_registration(registry: Database, home: UUID) -> None:
    made, late = await team(registry, home), await organization(registry, 4, registered_on=date(2020, 9, 2))
    with pytest.raises(Refusal) as refused:
        await incorporated(registry, made, late)
    assert places(refused.value) == {"/on": "team.not_registered"}
    assert (await incorporated(registry, made, late, on=date(2020, 9, 2)))["status"] == "incorporated"


async def test_one_exchanged_member_makes_no_second_quota(registry: Database, home: UUID) -> None:
    first = await team(registry, home)
    second = await team(registry, home, "换一人", (*MEMBERS[1:], OTHERS[0]))
    assert (await read_team(asked(registry, "get_team"), second))["root"] == f"tea_{first.hex}"


async def test_a_stranger_is_told_of_no_team(registry: Database, home: UUID, firm: UUID) -> None:
    made, proof = await team(registry, home), await document(registry)
    stranger = asked(registry, "incorporate_team", "reviewer", region=TAISHAN)
    with pytest.raises(NotFound) as refused:
        await incorporate_team(stranger, made, Incorporation(firm, DAY), document_id=proof)
    assert codes(refused.value) == {"team.unknown"}
