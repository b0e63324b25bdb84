"""Counts are exact as of a local day, and the public is told no small one."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.registry.statistics.domain.counted import Key, Shown
from services.registry.statistics.domain.subject import DIMENSIONS, Subject
from services.registry.statistics.operations import statistics
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, TODAY, admitted, asked, codes, organization
from tests.registry.statistics.samples import activity, openly, recognised, spaces

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


async def exact(
    registry: Database, subject: Subject, *dimensions: str, on: date | None = None, region: str | None = None
) -> dict[Key, int | None]:
    role = {"role": "operator"} if region is None else {"role": "reviewer", "region": region}
    shown = await in_full(registry, subject, dimensions, on, role)
    return {line.key: line.count for line in shown.cells}


async def in_full(
    registry: Database, subject: Subject, dimensions: tuple[str, ...], on: date | None, role: dict[str, str]
) -> Shown:
    asking = asked(registry, "get_exact_statistics", **role)
    _, shown = await statistics.exact_statistics(asking, subject, dimensions, on)
    return shown


async def public(registry: Database, subject: Subject, *dimensions: str) -> Shown:
    _, shown = await statistics.public_statistics(openly(registry), subject, dimensions, None)
    return shown


async def test_spaces_are_counted_by_region_and_kind(registry: Database) -> None:
    await spaces(registry, PENGJIANG, 3)
    await spaces(registry, TAISHAN, 1, first=4)
    counted = await exact(registry, Subject.SPACES, "region", "kind")
    assert counted == {(PENGJIANG, "professional_service"): 3, (TAISHAN, "professional_service"): 1}


async def test_without_dimensions_all_are_counted(registry: Database) -> None:
    await spaces(registry, PENGJIANG, 3)
    assert await exact(registry, Subject.SPACES) == {(): 3}


async def test_the_public_counts_exactly_what_it_is_told_of_by_name(registry: Database) -> None:
    await admitted(registry, await organization(registry, 1))
    await spaces(registry, PENGJIANG, 1, first=2)
    for subject, *dimensions in (
        (Subject.SPACES, "region", "level"),
        (Subject.PROVIDERS, "region"),
        (Subject.ADMISSIONS, "region", "category"),
    ):
        assert [line.count for line in (await public(registry, subject, *dimensions)).cells] == [1]


async def test_what_is_not_told_of_each_is_withheld_while_small_and_crossed_with_nothing(registry: Database) -> None:
    await admitted(registry, await organization(registry, 1))
    shown = await public(registry, Subject.PROVIDERS, "size")
    assert (shown.cells, shown.total) == ([], None)
    with pytest.raises(Refusal) as refused:
        await public(registry, Subject.PROVIDERS, "region", "size")
    (reason,) = refused.value.reasons
    assert (reason.code, reason.numbers) == ("statistics.alone", {"dimension": "size"})


async def test_the_public_is_not_told_of_one_firm(registry: Database) -> None:
    for number in range(1, 8):
        await organization(registry, number, region=PENGJIANG if number < 7 else TAISHAN)
    shown = await public(registry, Subject.ORGANIZATIONS, "region")
    assert [(line.key, line.count) for line in shown.cells] == [((PENGJIANG,), None), ((TAISHAN,), None)]
    assert shown.total == 7


async def test_a_reviewer_counts_his_region_only(registry: Database) -> None:
    await spaces(registry, PENGJIANG, 2)
    await spaces(registry, TAISHAN, 1, first=3)
    assert await exact(registry, Subject.SPACES, "region", region=TAISHAN) == {(TAISHAN,): 1}
    assert await exact(registry, Subject.SPACES, "region", region=CITY) == {(PENGJIANG,): 2, (TAISHAN,): 1}


async def test_a_space_is_told_by_the_highest_level_in_force_on_the_day(registry: Database) -> None:
    (one,) = await spaces(registry, PENGJIANG, 1)
    await recognised(registry, one, YESTERDAY, level="county", ended_on=TODAY, end_reason="upgraded")
    await recognised(registry, one, TODAY, level="city")
    await recognised(registry, one, TODAY, level="national", track="sme")
    assert await exact(registry, Subject.SPACES, "level", "track") == {("national", "sme"): 1}


async def test_what_was_recorded_today_was_not_there_yesterday(registry: Database) -> None:
    await spaces(registry, PENGJIANG, 1)
    assert await exact(registry, Subject.SPACES, "region", on=YESTERDAY) == {}


async def test_activities_count_as_corrected(registry: Database) -> None:
    (one,) = await spaces(registry, PENGJIANG, 1)
    await activity(registry, one, date(2020, 5, 4))
    wrong = await activity(registry, one, date(2020, 6, 1))
    await activity(registry, one, date(2020, 6, 1), kind="coaching", corrects_id=wrong, correction_reason="错登")
    counted = await exact(registry, Subject.ACTIVITIES, "kind", "year")
    assert counted == {("training", "2020"): 1, ("coaching", "2020"): 1}


async def test_what_was_corrected_to_nothing_did_not_happen(registry: Database) -> None:
    (one,) = await spaces(registry, PENGJIANG, 1)
    wrong = await activity(registry, one, date(2020, 6, 1))
    nothing = {"sessions": 0, "heads": 0, "corrects_id": wrong, "correction_reason": "未举办"}
    await activity(registry, one, date(2020, 6, 1), **nothing)
    assert await exact(registry, Subject.ACTIVITIES, "kind") == {}


async def test_providers_are_those_admitted_on_the_day(registry: Database) -> None:
    await admitted(registry, await organization(registry, 1), TODAY)
    assert await exact(registry, Subject.PROVIDERS, "region") == {(PENGJIANG,): 1}
    assert await exact(registry, Subject.ADMISSIONS, "category", "ground") == {("testing", "decision"): 1}
    assert await exact(registry, Subject.PROVIDERS, "region", on=YESTERDAY) == {}


@pytest.mark.parametrize("subject", Subject)
async def test_every_subject_is_told_by_each_of_its_dimensions(registry: Database, subject: Subject) -> None:
    for name in DIMENSIONS[subject]:
        assert await exact(registry, subject, name) == {}


async def test_all_faults_of_a_question_are_told(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await statistics.public_statistics(openly(registry), Subject.TEAMS, ("size", "kind", "year"), TOMORROW)
    assert codes(refused.value) == {"statistics.dimension", "statistics.too_many", "date.future"}


async def test_a_table_that_is_too_large_is_refused(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await spaces(registry, PENGJIANG, 1)
    await spaces(registry, TAISHAN, 1, first=2)
    monkeypatch.setattr(statistics, "CELLS_PUBLIC", 1)
    with pytest.raises(Refusal, match=r"statistics\.too_large"):
        await public(registry, Subject.SPACES, "region")


async def test_a_city_is_covered_when_each_county_has_a_recognised_space(registry: Database) -> None:
    counties = ["620502", "620503", "620521", "620522", "620523", "620524", "620525"]
    found: list[UUID] = []
    for number, county in enumerate(counties, start=1):
        found += await spaces(registry, county, 1, first=number)
    for one in found[1:]:
        await recognised(registry, one, YESTERDAY)
    _, before = await statistics.read_coverage(openly(registry), "620500", None)
    assert (before.covered, before.full) == (6, False)
    await recognised(registry, found[0], TODAY)
    _, after = await statistics.read_coverage(openly(registry), "620500", None)
    assert (after.covered, after.full) == (7, True)


async def test_the_coverage_of_no_listed_city_is_refused(registry: Database) -> None:
    with pytest.raises(Refusal, match=r"region\.unlisted"):
        await statistics.read_coverage(openly(registry), "999900", None)
