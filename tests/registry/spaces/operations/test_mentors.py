"""Recording who mentors in a space, and until when."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.operations.mentors import end_mentor, list_mentors, record_mentor
from services.registry.spaces.operations.spaces import close_space
from tests.registry.samples import asked, codes, organization, places, space
from tests.registry.spaces.samples import SINCE, mentor, person


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> UUID:
    return await space(registry, operator)


async def test_a_mentor_is_a_person_on_record(registry: Database, operator: UUID, place: UUID) -> None:
    own = asked(registry, "create_mentor", "space", organization=operator)
    who = await person(registry)
    told = await record_mentor(own, Mentor(new_id(), place, who, "教授 ", ("laser",), SINCE))
    assert (told["person"], told["title"], told["fields"]) == (f"per_{who.hex}", "教授", ["laser"])


async def test_a_mentor_tells_all_his_faults(registry: Database, place: UUID) -> None:
    wrong = Mentor(new_id(), place, uuid4(), "", ("laser", "x"), Period(date(2020, 2, 1), date(2020, 1, 1)))
    with pytest.raises(Refusal) as refused:
        await record_mentor(asked(registry, "create_mentor"), wrong)
    assert places(refused.value) == {
        "/person": "reference.unknown",
        "/title": "name.empty",
        "/fields/1": "space.field",
        "/until": "period.reversed",
    }


async def test_a_person_mentors_once_in_a_space_and_in_none_that_is_closed(registry: Database, place: UUID) -> None:
    one = Mentor(new_id(), place, await person(registry), "教授", (), SINCE)
    request = asked(registry, "create_mentor")
    await mentor(registry, place)
    await record_mentor(request, one)
    await close_space(asked(registry, "close_space"), place, reason="停业")
    with pytest.raises(Refusal) as refused:
        await record_mentor(request, replace(one, id=new_id()))
    assert codes(refused.value) == {"mentor.overlap", "space.state"}


async def test_a_mentor_is_there_until_a_last_day(registry: Database, place: UUID) -> None:
    made, request = await mentor(registry, place), asked(registry, "end_mentor")
    assert (await end_mentor(request, made, on=date(2020, 12, 31)))["until"] == "2020-12-31"
    with pytest.raises(Refusal) as refused:
        await end_mentor(request, made, on=date(2021, 1, 1))
    assert places(refused.value) == {"/on": "period.end"}


async def test_a_stranger_is_told_of_no_mentor(registry: Database, place: UUID) -> None:
    made = await mentor(registry, place)
    stranger = asked(registry, "end_mentor", "space", organization=uuid4())
    for request, one in ((stranger, made), (asked(registry, "end_mentor"), uuid4())):
        with pytest.raises(NotFound) as refused:
            await end_mentor(request, one, on=SINCE.start)
        assert codes(refused.value) == {"mentor.unknown"}


async def test_mentors_are_listed_by_space_and_page(registry: Database, operator: UUID, place: UUID) -> None:
    other = await space(registry, operator, "第二空间")
    made = [await mentor(registry, one) for one in (place, other)]
    own = asked(registry, "list_mentors", "space", organization=operator)
    first, cursor = await list_mentors(own, space_id=None, after=None, limit=1)
    second, _ = await list_mentors(own, space_id=None, after=cursor, limit=1)
    assert [parse("mnt", one["id"]) for one in first + second] == made
    (only,), _ = await list_mentors(own, space_id=other, after=None, limit=9)
    assert parse("mnt", only["id"]) == made[1]
