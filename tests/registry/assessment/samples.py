"""Spaces, indicator systems and whole years of assessment as the tests need them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.registry.asked import Asked
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.domain.campaign import Campaign
from services.registry.assessment.domain.figure import Ruling, Told
from services.registry.assessment.domain.indicator import Counter, Indicator, IndicatorKind, Unit
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.operations import campaigns, reporting, results, reviewing, systems
from services.registry.assessment.operations.deadlines import CampaignClose
from services.registry.assessment.operations.results import Proof
from services.registry.assessment.store import assessments
from services.registry.catalogue.domain.dossier import Document
from tests.conftest import SetClock
from tests.registry.samples import CITY, PENGJIANG, asked, document, organization, space
from tests.registry.spaces import samples as spaces

ZONE = "Asia/Shanghai"
BUSINESS = Indicator(
    id="business", zh="业务", en="Business", kind=IndicatorKind.SCORED, unit=Unit.CASES, weight=6000, full_at=60
)
TRAINEES = Indicator(
    id="trainees",
    zh="培训人次",
    en="Trainees",
    kind=IndicatorKind.SCORED,
    unit=Unit.PERSONS,
    counted_from=(Counter.TRAINEES,),
    weight=4000,
    full_at=40,
)
SYSTEM = SystemFacts("toy", "指标", "Toy", "某文件 四（五）", 6000, 8500, (BUSINESS, TRAINEES))
MARKS: Mapping[str, int | None] = {"excellent": 60, "pass": 30, "fail": 3, "silent": None}
"""What a space tells of its business for a grade, with all the trainees there may be; None: it does not report."""


def person(request: Asked, name: str) -> Asked:
    """The same request of another person."""
    caller = replace(request.permit.caller, person=name)
    return replace(request, permit=replace(request.permit, caller=caller))


def operator(registry: Database, operation: str, name: str = "per_1") -> Asked:
    return person(asked(registry, operation), name)


def reviewer(registry: Database, operation: str, name: str = "per_5", region: str = CITY) -> Asked:
    return person(asked(registry, operation, "reviewer", region=region), name)


def own(registry: Database, operation: str, owner: UUID) -> Asked:
    return asked(registry, operation, "space", organization=owner)


async def recognised(
    registry: Database, number: int = 1, *, on: date = date(2018, 5, 1), region: str = PENGJIANG
) -> tuple[UUID, UUID]:
    """A space that is recognised from a day on, and the organisation that runs it."""
    owner = await organization(registry, number, region=region)
    made = await space(registry, owner, f"{number}号空间", region)
    await recognise_again(registry, made, on=on)
    return made, owner


async def recognise_again(registry: Database, space_id: UUID, *, on: date) -> None:
    """File and recognise a space from a day on."""
    await spaces.filed(registry, space_id)
    await spaces.recognised(registry, space_id, decided_on=on)


async def system(registry: Database, facts: SystemFacts = SYSTEM) -> UUID:
    """The id of an indicator system in force."""
    told = await systems.record_system(operator(registry, "create_indicator_system"), facts)
    made = parse("isy", told["id"])
    await systems.publish_system(operator(registry, "publish_indicator_system", "per_2"), made)
    return made


def a_campaign(system_id: UUID, year: int = 2019, **changes: Any) -> Campaign:
    """A campaign of the city, in which spaces report in September of the year after."""
    days = {"opens_on": date(year + 1, 9, 14), "closes_on": date(year + 1, 9, 18), "objection_days": 0}
    return Campaign(**{"id": new_id(), "year": year, "system_id": system_id, "region": CITY, **days, **changes})


async def opened(registry: Database, system_id: UUID, year: int = 2019, **changes: Any) -> UUID:
    """The id of a campaign that is open."""
    told = await campaigns.record_campaign(
        operator(registry, "create_campaign"), a_campaign(system_id, year, **changes)
    )
    made = parse("cmp", told["id"])
    await campaigns.begin_campaign(operator(registry, "open_campaign"), made)
    return made


async def assessment_of(registry: Database, campaign_id: UUID, space_id: UUID) -> UUID:
    """The id of a space's assessment in a campaign."""
    async with registry.read() as connection:
        found = await assessments.of_campaign(connection, campaign_id)
    return next(one.id for one in found if one.space_id == space_id)


async def told(registry: Database, business: int, trainees: int = 40) -> list[Told]:
    """A report with its evidence; trainees stands in the place of what was counted."""
    paper = await document(registry)
    return [
        Told("business", business, document_id=paper),
        Told("trainees", trainees, reason="未登记", document_id=paper),
    ]


ACCEPTED = [Ruling("business"), Ruling("trainees")]


async def reported(registry: Database, assessment_id: UUID, owner: UUID, business: int = 30) -> Document:
    """Hand in a report."""
    request = own(registry, "report_assessment", owner)
    return await reporting.hand_in_report(request, assessment_id, await told(registry, business))


async def reviewed(registry: Database, assessment_id: UUID) -> Document:
    """Accept a report as it is."""
    return await reviewing.review_report(reviewer(registry, "review_report"), assessment_id, ACCEPTED)


async def closed(registry: Database, set_clock: SetClock, year: int = 2019) -> None:
    """Let the last day for reports pass."""
    end = datetime(year + 1, 9, 18, 16, tzinfo=UTC)
    await set_clock(end)
    assert await CampaignClose(ZONE, 30).run(registry, end) == 1


async def announced(registry: Database, campaign_id: UUID) -> None:
    """Tell the spaces their results."""
    await results.announce_results(operator(registry, "announce_campaign"), campaign_id)


async def published(registry: Database, campaign_id: UUID, name: str = "per_2") -> Document:
    """Publish a campaign's results as they are shown."""
    shown = await results.read_results(operator(registry, "get_results"), campaign_id)
    proof = Proof(shown["digest"], await document(registry))
    return await results.publish_results(operator(registry, "publish_campaign", name), campaign_id, proof)


async def a_year(
    registry: Database, set_clock: SetClock, year: int, marks: Mapping[tuple[UUID, UUID], str], system_id: UUID
) -> UUID:
    """Play a whole campaign, in which each space with its operator comes to a grade."""
    await set_clock(datetime(year + 1, 9, 14, 1, tzinfo=UTC))
    campaign = await opened(registry, system_id, year)
    for (space_id, owner), mark in marks.items():
        business = MARKS[mark]
        if business is not None:
            one = await assessment_of(registry, campaign, space_id)
            await reported(registry, one, owner, business)
            await reviewed(registry, one)
    await closed(registry, set_clock, year)
    await announced(registry, campaign)
    await set_clock(datetime(year + 1, 9, 18, 16, tzinfo=UTC) + timedelta(days=1))
    await published(registry, campaign)
    return campaign


async def stored(registry: Database, assessment_id: UUID) -> AssessmentState:
    """The state of an assessment as it is stored."""
    async with registry.read() as connection:
        found = await assessments.read(connection, assessment_id)
    assert found is not None
    return found.state


async def assessed_at(registry: Database, space_id: UUID) -> dict[str, str]:
    """What stands in the addresses of a space's assessment, whose campaign is open."""
    await recognise_again(registry, space_id, on=date(2018, 5, 1))
    rules = await system(registry)
    campaign = await opened(registry, rules)
    one = await assessment_of(registry, campaign, space_id)
    return {"system_id": f"isy_{rules.hex}", "campaign_id": f"cmp_{campaign.hex}", "assessment_id": f"asm_{one.hex}"}
