"""Speaks HTTP for residencies 入驻: moving in, leaving and graduating 毕业."""

from typing import Any, Literal

from fastapi import status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import OrganizationId, new_id
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import ORGANIZATION_EXAMPLE, ResidencyId, ShownSpan, SpaceId, Span, TeamId
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.residency import Ending, Residency
from services.registry.spaces.operations import residencies

residencies_api = router()


class NewResidency(Span):
    """Who lives in the space: a team or an organisation, one of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"organization": ORGANIZATION_EXAMPLE, "from": "2020-03-01", "until": None}]}
    )

    team: TeamId | None = None
    organization: OrganizationId | None = None


class ResidencyEnd(StrictModel):
    """The last day of a residency, and how it ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2020-08-31", "how": "graduated"}]})

    on: Day
    how: Literal["left", "graduated"]


class ResidencyView(ShownSpan):
    """A residency; `ended_how` is null while it goes on, or has run out without a word."""

    id: ResidencyId
    space: SpaceId
    team: TeamId | None
    organization: OrganizationId | None
    ended_how: str | None


@residencies_api.post(
    "/v1/spaces/{space_id}/residencies",
    status_code=status.HTTP_201_CREATED,
    tags=["spaces"],
    response_model=ResidencyView,
)
async def create_residency(space_id: SpaceId, body: NewResidency, asked: AskedBy) -> Document:
    """Record who lives in a space."""
    residency = Residency(new_id(), space_id, body.team, body.organization, body.period)
    return await residencies.record_residency(asked, residency)


@residencies_api.get("/v1/spaces/{space_id}/residencies", tags=["spaces"], response_model=Page[ResidencyView])
async def list_residencies(
    space_id: SpaceId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """Those who live or lived in a space."""
    items, cursor = await residencies.list_residencies(asked, space_id, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@residencies_api.post("/v1/residencies/{residency_id}/end", tags=["spaces"], response_model=ResidencyView)
async def end_residency(residency_id: ResidencyId, body: ResidencyEnd, asked: AskedBy) -> Document:
    """End a residency with its last day: the resident left, or graduated."""
    return await residencies.end_of_residency(asked, residency_id, on=body.on, how=Ending(body.how))
