"""Versions of indicator systems as they are kept: four eyes, replaced drafts, what ships."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.asked import Asked
from services.registry.assessment import data
from services.registry.assessment.domain.dossier import facts_of
from services.registry.assessment.operations.systems import (
    list_systems,
    load_systems,
    publish_system,
    read_system,
    record_system,
)
from tests.registry.assessment.samples import SYSTEM, operator, person, system
from tests.registry.samples import asked, codes


def maker(registry: Database) -> Asked:
    return operator(registry, "create_indicator_system")


def checker(registry: Database) -> Asked:
    return operator(registry, "publish_indicator_system", "per_2")


async def waiting(registry: Database) -> list[UUID]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({"operator"})), after=None, limit=9)
    return [task.subject_id for _, task in found]


async def states(registry: Database) -> list[tuple[int, str]]:
    request = asked(registry, "list_indicator_systems")
    found, _ = await list_systems(request, code=None, state=None, after=None, limit=9)
    return [(one["number"], one["state"]) for one in found]


async def test_a_draft_waits_for_a_second_person_who_puts_it_into_force(registry: Database) -> None:
    made = parse("isy", (await record_system(maker(registry), SYSTEM))["id"])
    assert await waiting(registry) == [made]
    with pytest.raises(Refusal, match=r"indicator_system\.same_person"):
        await publish_system(person(checker(registry), "per_1"), made)
    told = await publish_system(checker(registry), made)
    assert (told["state"], told["made_by"], told["published_by"]) == ("published", "per_1", "per_2")
    assert await waiting(registry) == []
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, made)
    assert (decision.kind, decision.clause, decision.numbers["number"]) == ("publish", SYSTEM.clause, 1)


async def test_a_later_draft_replaces_one_that_waits_and_later_the_one_in_force(registry: Database) -> None:
    await system(registry)
    await record_system(maker(registry), SYSTEM)
    last = parse("isy", (await record_system(maker(registry), replace(SYSTEM, zh="新指标")))["id"])
    assert await states(registry) == [(1, "published"), (2, "replaced"), (3, "draft")]
    assert await waiting(registry) == [last]
    await publish_system(checker(registry), last)
    assert await states(registry) == [(1, "replaced"), (2, "replaced"), (3, "published")]


async def test_a_system_tells_all_its_faults_and_leaves_nothing(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await record_system(maker(registry), replace(SYSTEM, zh="", pass_from=0, indicators=()))
    assert codes(refused.value) == {"name.empty", "indicator_system.grades", "indicator_system.weights"}
    assert await states(registry) == []


async def test_what_ships_is_laid_once_and_stands_once_two_persons_stand_behind_it(registry: Database) -> None:
    assert (await load_systems(registry), await load_systems(registry)) == (1, 0)
    (laid,) = await waiting(registry)
    with pytest.raises(Refusal, match=r"indicator_system\.shipped"):
        await publish_system(checker(registry), laid)
    drafted = await record_system(maker(registry), facts_of(data.shipped("tongzhou-2018")))
    told = await publish_system(checker(registry), parse("isy", drafted["id"]))
    assert (told["code"], told["number"], told["made_by"], len(told["indicators"])) == ("tongzhou-2018", 2, "per_1", 6)
    assert await states(registry) == [(1, "replaced"), (2, "published")]


async def test_two_first_versions_at_once_are_told_apart(registry: Database) -> None:
    outcomes = await asyncio.gather(*(record_system(maker(registry), SYSTEM) for _ in range(4)), return_exceptions=True)
    twins = [one for one in outcomes if isinstance(one, Refusal)]
    assert {one.code for one in twins} <= {"indicator_system.twin"}
    assert [state for _, state in await states(registry)].count("draft") == 1


async def test_two_persons_at_once_publish_once(registry: Database) -> None:
    made = parse("isy", (await record_system(maker(registry), SYSTEM))["id"])
    outcomes = await asyncio.gather(
        *(publish_system(checker(registry), made) for _ in range(3)), return_exceptions=True
    )
    assert [codes(one) for one in outcomes if isinstance(one, Refusal)] == [{"indicator_system.state"}] * 2


async def test_a_version_is_found_by_code_and_state_and_turned_over(registry: Database) -> None:
    await load_systems(registry)
    made = await system(registry)
    request = asked(registry, "list_indicator_systems")
    found, _ = await list_systems(request, code="toy", state="published", after=None, limit=9)
    assert [one["id"] for one in found] == [f"isy_{made.hex}"]
    _, cursor = await list_systems(request, code=None, state=None, after=None, limit=1)
    rest, _ = await list_systems(request, code=None, state=None, after=cursor, limit=1)
    assert [one["id"] for one in rest] == [f"isy_{made.hex}"]
    assert (await read_system(asked(registry, "get_indicator_system"), made))["code"] == "toy"


async def test_which_persons_stand_behind_a_system_is_told_to_officials_only(registry: Database) -> None:
    made = parse("isy", (await record_system(maker(registry), SYSTEM))["id"])
    official = await read_system(asked(registry, "get_indicator_system", "auditor"), made)
    holder = await read_system(asked(registry, "get_indicator_system", "holder"), made)
    assert (official["made_by"], holder["made_by"]) == (maker(registry).actor, None)


async def test_an_unknown_version_is_not_found(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"indicator_system\.unknown"):
        await read_system(asked(registry, "get_indicator_system"), uuid4())


@pytest.mark.parametrize("column", ["facts = '{}'", "made_by = 'per_9'", "number = 9"])
async def test_the_service_cannot_change_what_a_version_says(registry: Database, column: str) -> None:
    await system(registry)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with registry.begin() as connection:
            await connection.execute(text(f"UPDATE indicator_systems SET {column}"))


async def test_the_database_too_wants_two_persons(registry: Database) -> None:
    await system(registry)
    with pytest.raises(IntegrityError, match="ck_indicator_systems_four_eyes"):
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE indicator_systems SET published_by = made_by"))


async def test_the_database_too_puts_nothing_into_force_that_nobody_drafted(registry: Database) -> None:
    await load_systems(registry)
    with pytest.raises(IntegrityError, match="ck_indicator_systems_four_eyes"):
        async with registry.begin() as connection:
            await connection.execute(
                text("UPDATE indicator_systems SET published_by = 'per_2', published_at = made_at")
            )
