"""A campaign from its draft to its opening: who is assessed, who is not and why; and campaigns that are given up."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.assessment.domain import campaign as life
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.operations import campaigns
from services.registry.assessment.operations.systems import record_system
from services.registry.assessment.store import assessments
from services.registry.assessment.store.campaigns import CampaignFilter
from tests.conftest import SetClock
from tests.registry.assessment.samples import (
    SYSTEM,
    a_campaign,
    a_year,
    assessment_of,
    opened,
    operator,
    recognised,
    reported,
    reviewer,
    stored,
    system,
)
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, asked, codes, organization, places, space


async def drafted(registry: Database, system_id: UUID, year: int = 2019, **changes: Any) -> UUID:
    request = operator(registry, "create_campaign")
    told = await campaigns.record_campaign(request, a_campaign(system_id, year, **changes))
    return parse("cmp", told["id"])


async def waiting(registry: Database, role: str, **bounds: Any) -> list[tuple[str, datetime | None]]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({role}), **bounds), after=None, limit=9)
    return [(task.kind, task.due_at) for _, task in found]


async def test_a_draft_waits_for_its_first_day(registry: Database) -> None:
    await drafted(registry, await system(registry))
    assert await waiting(registry, "operator") == [("open_campaign", datetime(2020, 9, 13, 16, tzinfo=UTC))]


async def test_a_draft_tells_all_its_faults(registry: Database) -> None:
    draft = parse("isy", (await record_system(operator(registry, "create_indicator_system"), SYSTEM))["id"])
    with pytest.raises(Refusal) as refused:
        await drafted(registry, draft, region="999", opens_on=date(2019, 12, 31))
    assert places(refused.value) == {
        "/indicator_system": "indicator_system.state",
        "/region": "region.unlisted",
        "/closes_on": "campaign.days",
    }
    with pytest.raises(Refusal) as refused:
        await drafted(registry, uuid4())
    assert places(refused.value) == {"/indicator_system": "reference.unknown"}


async def test_a_region_has_one_campaign_for_a_year_that_is_not_given_up(registry: Database) -> None:
    rules = await system(registry)
    first = await drafted(registry, rules)
    with pytest.raises(Refusal, match=r"campaign\.duplicate"):
        await drafted(registry, rules)
    request = operator(registry, "cancel_campaign")
    assert (await campaigns.give_up_campaign(request, first, reason="改期"))["state"] == "cancelled"
    assert await drafted(registry, rules) != first


async def test_opening_assesses_whoever_was_recognised_when_the_year_ended(registry: Database) -> None:
    home, owner = await recognised(registry, 1)
    late, _ = await recognised(registry, 2, on=date(2020, 1, 1))
    never = await space(registry, await organization(registry, 3))
    other, _ = await recognised(registry, 4, region=TAISHAN)
    rules = await system(registry)
    await opened(registry, rules, region=TAISHAN)
    made = await opened(registry, rules)
    assert await stored(registry, await assessment_of(registry, made, home)) is AssessmentState.OPEN
    request = operator(registry, "list_omissions")
    items, _ = await campaigns.list_omissions(request, made, after=None, limit=9)
    assert {item["space"]: item["why"] for item in items} == {
        f"spc_{late.hex}": "recognised_later",
        f"spc_{never.hex}": "never_recognised",
        f"spc_{other.hex}": "assessed_elsewhere",
    }
    due = datetime(2020, 9, 18, 16, tzinfo=UTC)
    assert await waiting(registry, "space", organization=owner) == [("report_assessment", due)]
    assert await waiting(registry, "operator") == []
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, made)
    assert (decision.numbers["assessed"], decision.numbers["left_out"]) == (1, 3)


async def test_a_reviewer_is_told_who_is_left_out_in_his_region_page_by_page(registry: Database) -> None:
    homes = [await space(registry, await organization(registry, number)) for number in (1, 2)]
    await space(registry, await organization(registry, 3), region=TAISHAN)
    made = await opened(registry, await system(registry))
    request = reviewer(registry, "list_omissions", region=PENGJIANG)
    first, cursor = await campaigns.list_omissions(request, made, after=None, limit=1)
    second, none = await campaigns.list_omissions(request, made, after=cursor, limit=1)
    assert [one["space"] for one in first + second] == [f"spc_{one.hex}" for one in homes]
    assert none is None


async def test_a_campaign_is_opened_on_one_of_its_days_once(registry: Database, set_clock: SetClock) -> None:
    made = await drafted(registry, await system(registry))
    await set_clock(datetime(2020, 9, 13, 15, 59, tzinfo=UTC))
    request = operator(registry, "open_campaign")
    with pytest.raises(Refusal, match=r"campaign\.not_today"):
        await campaigns.begin_campaign(request, made)
    await set_clock(datetime(2020, 9, 13, 16, 0, tzinfo=UTC))
    outcomes = await asyncio.gather(
        *(campaigns.begin_campaign(request, made) for _ in range(3)), return_exceptions=True
    )
    assert [codes(one) for one in outcomes if isinstance(one, Refusal)] == [{"campaign.state"}] * 2


async def test_a_citys_and_a_countys_campaign_that_begin_at_once_share_the_spaces(registry: Database) -> None:
    await recognised(registry)
    rules = await system(registry)
    made = [await drafted(registry, rules, region=region) for region in (CITY, PENGJIANG)]
    request = operator(registry, "open_campaign")
    await asyncio.gather(*(campaigns.begin_campaign(request, one) for one in made))
    async with registry.read() as connection:
        found = [len(await assessments.of_campaign(connection, one)) for one in made]
    assert sorted(found) == [0, 1]


async def test_a_region_with_too_many_spaces_is_assessed_county_by_county(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (life, campaigns):
        monkeypatch.setattr(module, "SPACES_MOST", 0)
    await recognised(registry)
    made = await drafted(registry, await system(registry))
    with pytest.raises(Refusal, match=r"campaign\.spaces"):
        await campaigns.begin_campaign(operator(registry, "open_campaign"), made)


async def test_a_campaign_that_is_given_up_takes_its_assessments_with_it(registry: Database) -> None:
    home, owner = await recognised(registry)
    rules = await system(registry)
    made = await opened(registry, rules)
    one = await assessment_of(registry, made, home)
    await reported(registry, one, owner)
    await campaigns.give_up_campaign(operator(registry, "cancel_campaign"), made, reason="停办")
    assert await stored(registry, one) is AssessmentState.CANCELLED
    assert await waiting(registry, "reviewer", region=CITY) == await waiting(registry, "operator") == []
    again = await opened(registry, rules)
    assert await assessment_of(registry, again, home) != one


async def test_no_earlier_year_is_begun_when_a_later_one_is_published(registry: Database, set_clock: SetClock) -> None:
    home = await recognised(registry)
    rules = await system(registry)
    await a_year(registry, set_clock, 2019, {home: "fail"}, rules)
    with pytest.raises(Refusal) as refused:
        await drafted(registry, rules, 2018, region=PENGJIANG)
    assert codes(refused.value) == {"campaign.order"}


async def test_campaigns_are_found_by_year_region_and_state(registry: Database) -> None:
    rules = await system(registry)
    first, second = await drafted(registry, rules), await drafted(registry, rules, 2018, region=TAISHAN)
    request = asked(registry, "list_campaigns")
    for wanted, found in (
        (CampaignFilter(), [first, second]),
        (CampaignFilter(year=2018), [second]),
        (CampaignFilter(region=CITY), [first]),
        (CampaignFilter(state="open"), []),
    ):
        items, _ = await campaigns.list_campaigns(request, wanted, after=None, limit=9)
        assert [item["id"] for item in items] == [f"cmp_{one.hex}" for one in found]
    _, cursor = await campaigns.list_campaigns(request, CampaignFilter(), after=None, limit=1)
    rest, _ = await campaigns.list_campaigns(request, CampaignFilter(), after=cursor, limit=1)
    assert [item["id"] for item in rest] == [f"cmp_{second.hex}"]
    assert (await campaigns.read_campaign(asked(registry, "get_campaign"), first))["year"] == 2019


async def test_an_unknown_campaign_is_not_found(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"campaign\.unknown"):
        await campaigns.read_campaign(asked(registry, "get_campaign"), uuid4())
    with pytest.raises(NotFound, match=r"campaign\.unknown"):
        await campaigns.begin_campaign(operator(registry, "open_campaign"), uuid4())


async def test_the_database_too_assesses_a_space_once_a_year(registry: Database) -> None:
    await recognised(registry)
    await opened(registry, await system(registry))
    row = (
        "SELECT gen_random_uuid(), campaign_id, space_id, year, state, round, unreported, recorded_at FROM assessments"
    )
    columns = "id, campaign_id, space_id, year, state, round, unreported, recorded_at"
    with pytest.raises(IntegrityError, match="uq_assessments_space_id_year"):
        async with registry.begin() as connection:
            await connection.execute(text(f"INSERT INTO assessments ({columns}) {row}"))
