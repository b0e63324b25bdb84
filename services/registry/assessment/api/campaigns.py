"""Speaks HTTP for yearly campaigns 年度考核."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, new_id
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, Code, RawText, SpaceId
from services.registry.assessment.api.words import SYSTEM_EXAMPLE, AssessmentId, CampaignId, SystemId
from services.registry.assessment.domain.campaign import Campaign, CampaignState
from services.registry.assessment.operations import campaigns, results
from services.registry.assessment.operations.results import Proof
from services.registry.assessment.store.campaigns import CampaignFilter
from services.registry.catalogue.domain.dossier import Document

campaigns_api = router()
Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]


class NewCampaign(StrictModel):
    """A campaign: the year that is assessed, where, by what, and the local days between which spaces report."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "year": 2020,
                    "indicator_system": SYSTEM_EXAMPLE,
                    "region": "440700",
                    "opens_on": "2021-01-04",
                    "closes_on": "2021-01-29",
                    "objection_days": 5,
                }
            ]
        }
    )

    year: Year
    indicator_system: SystemId
    region: Code
    opens_on: Day
    closes_on: Day
    objection_days: int = Field(default=5, strict=True, ge=0, le=60)


class CampaignView(StrictModel):
    """A campaign; objection days are working days after the announcement."""

    id: CampaignId
    year: int
    indicator_system: SystemId
    region: str
    opens_on: Day
    closes_on: Day
    objection_days: int
    objections_until: Day | None
    state: str
    announced_by: str | None
    published_by: str | None


class OmissionView(StrictModel):
    """A space of the region that is not assessed, and why."""

    space: SpaceId
    why: str


class ResultView(StrictModel):
    """What one space comes to, in basis points of all points, and what follows."""

    assessment: AssessmentId
    space: SpaceId
    score: int
    grade: str
    consequence: str


class ResultsView(StrictModel):
    """All results of a campaign; who publishes sends the digest back."""

    campaign: CampaignId
    digest: str
    results: list[ResultView]


class Publication(StrictModel):
    """By what the results are published: the digest that was shown, and the document of the decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": "0" * 64, "document": DOCUMENT_EXAMPLE}]})

    digest: str = Field(min_length=64, max_length=64)
    document: DocumentId


class Cancellation(StrictModel):
    """Why a campaign is given up."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "本年度不开展考核"}]})

    reason: RawText


@campaigns_api.post(
    "/v1/campaigns", status_code=status.HTTP_201_CREATED, tags=["assessments"], response_model=CampaignView
)
async def create_campaign(body: NewCampaign, asked: AskedBy) -> Document:
    """Draft a campaign."""
    said = {name: value for name, value in dict(body).items() if name != "indicator_system"}
    return await campaigns.record_campaign(asked, Campaign(id=new_id(), system_id=body.indicator_system, **said))


@campaigns_api.get("/v1/campaigns", tags=["assessments"], response_model=Page[CampaignView])
async def list_campaigns(
    asked: AskedBy,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[CampaignState | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """All campaigns."""
    wanted = CampaignFilter(year, region, state)
    items, cursor = await campaigns.list_campaigns(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@campaigns_api.get("/v1/campaigns/{campaign_id}", tags=["assessments"], response_model=CampaignView)
async def get_campaign(campaign_id: CampaignId, asked: AskedBy) -> Document:
    """One campaign."""
    return await campaigns.read_campaign(asked, campaign_id)


@campaigns_api.post("/v1/campaigns/{campaign_id}/open", tags=["assessments"], response_model=CampaignView)
async def open_campaign(campaign_id: CampaignId, asked: AskedBy) -> Document:
    """Open a campaign: each space of the region that was recognised when the year ended is assessed."""
    return await campaigns.begin_campaign(asked, campaign_id)


@campaigns_api.post("/v1/campaigns/{campaign_id}/cancel", tags=["assessments"], response_model=CampaignView)
async def cancel_campaign(campaign_id: CampaignId, body: Cancellation, asked: AskedBy) -> Document:
    """Give a campaign up before it is published."""
    return await campaigns.give_up_campaign(asked, campaign_id, reason=body.reason)


@campaigns_api.get("/v1/campaigns/{campaign_id}/omissions", tags=["assessments"], response_model=Page[OmissionView])
async def list_omissions(
    campaign_id: CampaignId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """The spaces of the region that a campaign does not assess, each with the reason."""
    items, cursor = await campaigns.list_omissions(asked, campaign_id, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@campaigns_api.post("/v1/campaigns/{campaign_id}/announce", tags=["assessments"], response_model=CampaignView)
async def announce_campaign(campaign_id: CampaignId, asked: AskedBy) -> Document:
    """Tell every space its result, once all are reviewed."""
    return await results.announce_results(asked, campaign_id)


@campaigns_api.get("/v1/campaigns/{campaign_id}/results", tags=["assessments"], response_model=ResultsView)
async def get_results(campaign_id: CampaignId, asked: AskedBy) -> Document:
    """What a campaign comes to, what would follow, and the digest of it."""
    return await results.read_results(asked, campaign_id)


@campaigns_api.post("/v1/campaigns/{campaign_id}/publish", tags=["assessments"], response_model=CampaignView)
async def publish_campaign(campaign_id: CampaignId, body: Publication, asked: AskedBy) -> Document:
    """Put the results into force as a second person, with all that follows from them."""
    return await results.publish_results(asked, campaign_id, Proof(body.digest, body.document))
