"""fail; fail, fail; fail, pass, fail; fail, none, fail; pass; excellent – and what is left alone whatever comes."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.chassis.tasks import Wanted
from services.registry.assessment.store import assessments
from services.registry.assessment.store.assessments import AssessmentFilter
from services.registry.sight import Sight
from services.registry.spaces.domain.recognition import Track
from services.registry.spaces.operations.recognitions import give_up_recognition
from services.registry.spaces.operations.spaces import close_space
from services.registry.spaces.store import recognitions, residencies, spaces
from tests.conftest import SetClock
from tests.registry.assessment.samples import (
    a_year,
    announced,
    closed,
    opened,
    own,
    published,
    recognise_again,
    recognised,
    system,
)
from tests.registry.spaces.samples import filed, ground, team

FIRST = 2019


async def consequences(registry: Database, space_id: UUID) -> list[str]:
    async with registry.read() as connection:
        wanted = AssessmentFilter(space=space_id)
        found = await assessments.find(connection, wanted, Sight(everything=True), after=None, limit=9)
    return [one.consequence.value for one in found if one.consequence]


async def state_of(registry: Database, space_id: UUID) -> str:
    async with registry.read() as connection:
        found = await spaces.read(connection, space_id)
    assert found is not None
    return found.state.value


async def play(registry: Database, set_clock: SetClock, *marks: str) -> UUID:
    """Assess one space year after year; "none": no campaign is held."""
    home = await recognised(registry)
    rules = await system(registry)
    for place, mark in enumerate(marks):
        if mark != "none":
            await a_year(registry, set_clock, FIRST + place, {home: mark}, rules)
    return home[0]


@pytest.mark.parametrize(
    ("marks", "followed", "state"),
    [
        (["fail"], ["warning"], "recognised"),
        (["fail", "fail"], ["warning", "revocation"], "revoked"),
        (["fail", "pass", "fail"], ["warning", "in_scope", "warning"], "recognised"),
        (["fail", "none", "fail"], ["warning", "warning"], "recognised"),
        (["pass"], ["in_scope"], "recognised"),
        (["excellent"], ["subsidy_ground"], "recognised"),
        (["silent", "silent"], ["warning", "revocation"], "revoked"),
    ],
    ids=",".join,
)
async def test_what_follows_from_the_grades_of_the_years(
    registry: Database, set_clock: SetClock, marks: list[str], followed: list[str], state: str
) -> None:
    home = await play(registry, set_clock, *marks)
    assert (await consequences(registry, home), await state_of(registry, home)) == (followed, state)


@pytest.mark.parametrize(
    ("ways", "state"),
    [(["give_up"], "revoked"), (["give_up", "file"], "revoked"), (["close"], "closed")],
    ids=["gives up", "gives up and files anew", "closes"],
)
async def test_nobody_escapes_the_second_fail_by_leaving_before_it_is_published(
    registry: Database, set_clock: SetClock, ways: list[str], state: str
) -> None:
    home, owner = await recognised(registry)
    rules = await system(registry)
    await a_year(registry, set_clock, 2019, {(home, owner): "fail"}, rules)
    await set_clock(datetime(2021, 9, 14, 1, tzinfo=UTC))
    campaign = await opened(registry, rules, 2020)
    await closed(registry, set_clock, 2020)
    await announced(registry, campaign)
    for way in ways:
        await leave(registry, home, owner, way)
    await set_clock(datetime(2021, 9, 19, 16, tzinfo=UTC))
    await published(registry, campaign)
    assert (await consequences(registry, home), await state_of(registry, home)) == (["warning", "revocation"], state)
    async with registry.read() as connection:
        barred = await spaces.read(connection, home)
        waiting, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), "440703"), after=None, limit=9)
    assert barred is not None
    assert (barred.revoked_on, [task.kind for _, task in waiting]) == (date(2021, 9, 20), ["help_space"])


async def leave(registry: Database, home: UUID, owner: UUID, way: str) -> None:
    """Give up the recognition, or close, or file anew."""
    if way == "give_up":
        request, why = own(registry, "give_up_recognition", owner), await ground(registry, "不再申报")
        await give_up_recognition(request, home, Track.SCIENCE, ground=why)
    elif way == "close":
        await close_space(own(registry, "close_space", owner), home, reason="停业")
    else:
        await filed(registry, home)


async def test_a_warning_is_owed_help_by_the_regions_reviewer(registry: Database, set_clock: SetClock) -> None:
    await play(registry, set_clock, "fail")
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), "440703"), after=None, limit=9)
    assert [(task.kind, task.due_at) for _, task in found] == [("help_space", datetime(2020, 10, 20, 16, tzinfo=UTC))]


async def test_a_revocation_names_its_clause_and_ends_every_recognition(
    registry: Database, set_clock: SetClock
) -> None:
    home = await play(registry, set_clock, "fail", "fail")
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, home)
        (ended,) = (await recognitions.of_spaces(connection, [home]))[home]
    assert (decision.kind, decision.outcome, decision.clause) == ("revoke", "revoked", "通政办发〔2018〕5号 四（五）")
    assert ended.end is not None
    assert (ended.end.on, ended.end.reason) == (date(2021, 9, 20), "revoked")


async def test_a_new_recognition_begins_anew(registry: Database, set_clock: SetClock) -> None:
    home = await recognised(registry)
    rules = await system(registry)
    for year in (2019, 2020):
        await a_year(registry, set_clock, year, {home: "fail"}, rules)
    await set_clock(datetime(2021, 10, 9, tzinfo=UTC))
    await recognise_again(registry, home[0], on=date(2021, 10, 8))
    await a_year(registry, set_clock, 2021, {home: "fail"}, rules)
    assert await consequences(registry, home[0]) == ["warning", "revocation", "warning"]
    assert await state_of(registry, home[0]) == "recognised"


async def test_a_revocation_leaves_who_lives_there_alone_and_lets_nobody_else_in(
    registry: Database, set_clock: SetClock
) -> None:
    home = await recognised(registry)
    made = await team(registry, home[0])
    rules = await system(registry)
    for year in (2019, 2020):
        await a_year(registry, set_clock, year, {home: "fail"}, rules)
    async with registry.read() as connection:
        (stay,) = await residencies.of_residents(connection, [made])
    assert (stay.period.until, stay.ended_how) == (None, None)
    with pytest.raises(Refusal, match=r"space\.revoked"):
        await team(registry, home[0], "新团队", tuple(UUID(int=number) for number in range(7, 10)))
