"""Recording what happened, and replacing what was typed wrong."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.registry.spaces.operations.activities import (
    correct_activity,
    list_activities,
    read_activity,
    record_activity,
)
from services.registry.spaces.operations.spaces import close_space
from services.registry.spaces.store.activities import ActivityFilter
from services.registry.spaces.store.counting import counted
from tests.registry.samples import PENGJIANG, TAISHAN, asked, codes, document, organization, places, space
from tests.registry.spaces.samples import activity, held, mentor

YEAR = (date(2020, 1, 1), date(2020, 12, 31))


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> UUID:
    return await space(registry, operator)


async def test_an_activity_is_recorded_by_its_space(registry: Database, operator: UUID, place: UUID) -> None:
    own = asked(registry, "create_activity", "space", organization=operator)
    facts = held(title="训练营 ", mentor_id=await mentor(registry, place), document_id=await document(registry))
    told = await record_activity(own, place, facts)
    assert (told["title"], told["sessions"], told["heads"], told["corrected_by"]) == ("训练营", 2, 45, None)
    assert told["mentor"] == f"mnt_{facts.mentor_id.hex if facts.mentor_id else ''}"


async def test_an_activity_tells_all_its_faults(registry: Database, place: UUID) -> None:
    wrong = held(title="", held_on=date(2020, 9, 15), sessions=0, heads=-1, mentor_id=uuid4(), document_id=uuid4())
    with pytest.raises(Refusal) as refused:
        await activity(registry, place, **vars(wrong))
    assert places(refused.value) == {
        "/title": "name.empty",
        "/held_on": "date.future",
        "/sessions": "activity.number",
        "/heads": "activity.number",
        "/mentor": "mentor.not_active",
        "/document": "reference.unknown",
    }


async def test_a_mentor_leads_while_he_mentors_there(registry: Database, operator: UUID, place: UUID) -> None:
    gone = await mentor(registry, place, until=date(2020, 8, 31))
    elsewhere = await mentor(registry, await space(registry, operator, "第二空间"))
    for one in (gone, elsewhere):
        with pytest.raises(Refusal) as refused:
            await activity(registry, place, mentor_id=one)
        assert codes(refused.value) == {"mentor.not_active"}


async def test_the_same_activity_is_recorded_once_a_day(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    with pytest.raises(Refusal) as refused:
        await activity(registry, place)
    assert refused.value.reasons[0].numbers == {"id": f"atv_{made.hex}"}


async def test_nothing_happens_in_a_closed_space(registry: Database, place: UUID) -> None:
    await close_space(asked(registry, "close_space"), place, reason="停业")
    with pytest.raises(Refusal) as refused:
        await activity(registry, place)
    assert codes(refused.value) == {"space.state"}


async def test_a_correction_replaces_what_was_typed_and_keeps_it(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    request = asked(registry, "correct_activity")
    told = await correct_activity(request, made, held(heads=54), reason="签到表核对后人数有误")
    former = await read_activity(asked(registry, "get_activity"), made)
    assert (told["corrects"], former["corrected_by"]) == (former["id"], told["id"])
    async with registry.read() as connection:
        found = await counted(connection, [place], *YEAR)
        (decision,) = await decisions.of_subject(connection, made)
    assert (found[place].trainees, found[place].corrected) == (54, True)
    assert (decision.numbers["heads_before"], decision.numbers["heads_after"]) == (45, 54)


async def test_what_never_took_place_is_taken_back(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    request = asked(registry, "correct_activity")
    await correct_activity(request, made, held(sessions=0, heads=0), reason="活动未举行")
    async with registry.read() as connection:
        found = await counted(connection, [place], *YEAR)
    assert (found[place].training_sessions, found[place].trainees) == (0, 0)


async def test_a_correction_tells_all_its_faults(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    with pytest.raises(Refusal) as refused:
        await correct_activity(asked(registry, "correct_activity"), made, held(sessions=0, heads=1), reason="")
    assert places(refused.value) == {"/heads": "activity.number", "/reason": "reason.empty"}


async def test_a_correction_does_not_become_another_activity(registry: Database, place: UUID) -> None:
    made, other = await activity(registry, place), await activity(registry, place, title="第二期")
    with pytest.raises(Refusal) as refused:
        await correct_activity(asked(registry, "correct_activity"), other, held(), reason="标题有误")
    assert refused.value.reasons[0].numbers == {"id": f"atv_{made.hex}"}


async def test_of_two_corrections_at_once_one_is_made(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    request = asked(registry, "correct_activity")
    tries = [correct_activity(request, made, held(heads=heads), reason="人数有误") for heads in (50, 60)]
    (refused,) = [one for one in await asyncio.gather(*tries, return_exceptions=True) if isinstance(one, Refusal)]
    assert codes(refused) == {"activity.corrected"}


async def test_activities_are_listed_by_space_kind_and_year(registry: Database, operator: UUID, place: UUID) -> None:
    first = await activity(registry, place)
    second = await activity(registry, place, held_on=date(2019, 9, 1))
    other = await activity(registry, await space(registry, operator, "第二空间"))

    async def listed(wanted: ActivityFilter, **bound: str) -> list[str]:
        request = asked(registry, "list_activities", "reviewer", **{"region": PENGJIANG, **bound})
        items, _ = await list_activities(request, wanted, after=None, limit=9)
        return [item["id"] for item in items]

    assert await listed(ActivityFilter()) == [f"atv_{one.hex}" for one in (first, second, other)]
    assert await listed(ActivityFilter(place, "training", 2019)) == [f"atv_{second.hex}"]
    assert await listed(ActivityFilter(), region=TAISHAN) == []


async def test_activities_are_turned_over(registry: Database, place: UUID) -> None:
    made = [await activity(registry, place, title=title) for title in ("甲", "乙")]
    request = asked(registry, "list_activities")
    first, cursor = await list_activities(request, ActivityFilter(), after=None, limit=1)
    second, end = await list_activities(request, ActivityFilter(), after=cursor, limit=1)
    assert [one["id"] for one in first + second] == [f"atv_{one.hex}" for one in made]
    assert end is None


async def test_a_stranger_is_told_of_no_activity(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    stranger = asked(registry, "get_activity", "reviewer", region=TAISHAN)
    for request, one in ((stranger, made), (asked(registry, "get_activity"), uuid4())):
        with pytest.raises(NotFound) as refused:
            await read_activity(request, one)
        assert codes(refused.value) == {"activity.unknown"}
