"""The papers' targets stand against what there is; what is not counted here says so."""

from dataclasses import replace
from datetime import date

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.registry.statistics.domain.target import Measure, Progress, TargetFacts
from services.registry.statistics.operations import targets
from tests.conftest import SetClock
from tests.databases import START
from tests.registry.samples import CITY, PENGJIANG, TODAY, asked, codes
from tests.registry.statistics.samples import investor, mentor, openly, person, recognised, spaces

FACTS = TargetFacts(Measure.RECOGNISED_SPACES, CITY, 1, date(2020, 9, 20), "jiangmen-2016-draft", "二(一)")


async def record(registry: Database, facts: TargetFacts = FACTS) -> Progress:
    return await targets.record_target(asked(registry, "create_target"), facts)


async def actual(registry: Database, measure: Measure) -> int | None:
    return (await record(registry, replace(FACTS, measure=measure))).actual


async def test_the_shipped_targets_are_recorded_once(registry: Database) -> None:
    assert await targets.load_targets(registry) == 10
    assert await targets.load_targets(registry) == 0


async def test_every_shipped_target_stands_against_what_there_is(registry: Database) -> None:
    await targets.load_targets(registry)
    page, cursor = await targets.list_targets(openly(registry), None, after=None, limit=50)
    assert [one.actual for one in page if one.actual is not None] == [0] * 7
    assert (len(page), cursor) == (10, None)


async def test_targets_are_listed_by_city_page_by_page(registry: Database) -> None:
    await targets.load_targets(registry)
    page, cursor = await targets.list_targets(openly(registry), "330400", after=None, limit=4)
    rest, end = await targets.list_targets(openly(registry), "330400", after=cursor, limit=4)
    assert ({one.target.facts.region for one in [*page, *rest]}, len(rest), end) == ({"330400"}, 3, None)


async def test_a_recognised_space_reaches_a_target_of_one(registry: Database) -> None:
    (one, _) = await spaces(registry, PENGJIANG, 2)
    await recognised(registry, one, TODAY)
    assert (await record(registry)).reached is True
    assert await actual(registry, Measure.SPACES) == 2


async def test_a_mentor_of_two_spaces_is_one_mentor(registry: Database) -> None:
    one, other = await spaces(registry, PENGJIANG, 2)
    for somebody in [await person(registry) for _ in range(5)]:
        await mentor(registry, one, somebody)
    await mentor(registry, other, somebody)
    assert await actual(registry, Measure.MENTORS) == 5


async def test_of_few_mentors_nobody_is_told_how_many(registry: Database) -> None:
    (one,) = await spaces(registry, PENGJIANG, 1)
    await mentor(registry, one, await person(registry))
    found = await record(registry, replace(FACTS, measure=Measure.MENTORS))
    assert (found.withheld, found.actual, found.reached, found.counted_here) == (True, None, None, True)


async def test_what_a_fund_manages_counts_once(registry: Database) -> None:
    one, other = await spaces(registry, PENGJIANG, 2)
    await investor(registry, one, "启迪之星", 500)
    await investor(registry, other, "启迪之星", 700)
    for number in range(4):
        await investor(registry, other, f"{number}号基金", None)
    assert await actual(registry, Measure.INVESTORS) == 5
    assert await actual(registry, Measure.MANAGED_CAPITAL) == 700


async def test_what_a_single_fund_manages_is_not_told(registry: Database) -> None:
    (one,) = await spaces(registry, PENGJIANG, 1)
    await investor(registry, one, "启迪之星", 500)
    assert (await record(registry, replace(FACTS, measure=Measure.MANAGED_CAPITAL))).withheld is True


async def test_what_came_after_its_day_did_not_come_in_time(registry: Database, set_clock: SetClock) -> None:
    await record(registry)
    (one,) = await spaces(registry, PENGJIANG, 1)
    await recognised(registry, one, date(2020, 9, 21))
    await set_clock(START.replace(month=10))
    page, _ = await targets.list_targets(openly(registry), CITY, after=None, limit=50)
    assert [(found.on, found.reached) for found in page] == [(FACTS.due_on, False)]


async def test_a_clause_sets_a_target_once(registry: Database) -> None:
    first = await record(registry)
    with pytest.raises(Refusal) as refused:
        await record(registry)
    assert codes(refused.value) == {"target.duplicate"}
    assert refused.value.reasons[0].numbers == {"id": f"tgt_{first.target.id.hex}"}


async def test_a_target_is_decided_with_its_clause(registry: Database) -> None:
    found = await record(registry)
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, found.target.id)
    assert (decision.clause, decision.numbers["value"]) == ("jiangmen-2016-draft 二(一)", 1)


async def test_a_target_of_no_region_is_refused(registry: Database) -> None:
    with pytest.raises(Refusal, match=r"region\.unlisted"):
        await record(registry, replace(FACTS, region="999999"))
