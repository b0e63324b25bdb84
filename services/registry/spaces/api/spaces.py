"""Speaks HTTP for spaces 众创空间 and residencies 入驻."""

from typing import Annotated, Any

from fastapi import Query, Response, status
from pydantic import ConfigDict

from services.chassis.http import ExpectedVersion, router
from services.chassis.ids import OrganizationId, new_id
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import (
    ORGANIZATION_EXAMPLE,
    Code,
    RawText,
    ResidencyId,
    ShownSpan,
    SpaceId,
    Span,
    TeamId,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.space import Residency, SpaceFacts, SpaceForm, SpaceKind, SpaceStatus
from services.registry.spaces.operations import spaces

spaces_api = router()


class NewSpace(StrictModel):
    """A space to be recorded; `operator` is the organisation that runs it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "珠西创谷",
                    "kind": "professional_service",
                    "form": "maker_space",
                    "operator": ORGANIZATION_EXAMPLE,
                    "region": "440703",
                }
            ]
        }
    )

    name: RawText
    kind: SpaceKind
    form: SpaceForm
    operator: OrganizationId
    region: Code


class SpaceChange(StrictModel):
    """What shall change; what is left out or null stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "closed"}]})

    name: RawText | None = None
    kind: SpaceKind | None = None
    form: SpaceForm | None = None
    region: Code | None = None
    status: SpaceStatus | None = None


class SpaceView(StrictModel):
    """A space."""

    id: SpaceId
    name: str
    kind: str
    form: str
    operator: OrganizationId
    region: str
    status: str
    version: int


class NewResidency(Span):
    """Who lives in the space: a team or an organisation, one of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"organization": ORGANIZATION_EXAMPLE, "from": "2020-03-01", "until": None}]}
    )

    team: TeamId | None = None
    organization: OrganizationId | None = None


class ResidencyView(ShownSpan):
    """A residency."""

    id: ResidencyId
    space: SpaceId
    team: TeamId | None
    organization: OrganizationId | None


@spaces_api.post("/v1/spaces", status_code=status.HTTP_201_CREATED, tags=["spaces"], response_model=SpaceView)
async def create_space(body: NewSpace, asked: AskedBy, response: Response) -> Document:
    """Record a space."""
    facts = SpaceFacts(body.name, body.kind, body.form, body.operator, body.region)
    return tagged(response, await spaces.record_space(asked, facts))


@spaces_api.get("/v1/spaces", tags=["spaces"], response_model=Page[SpaceView])
async def list_spaces(
    asked: AskedBy,
    region: Annotated[str | None, Query(max_length=64)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Spaces that the caller may see."""
    items, cursor = await spaces.list_spaces(asked, region=region, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@spaces_api.get("/v1/spaces/{space_id}", tags=["spaces"], response_model=SpaceView)
async def get_space(space_id: SpaceId, asked: AskedBy, response: Response) -> Document:
    """One space, with its ETag."""
    return tagged(response, await spaces.read_space(asked, space_id))


@spaces_api.patch("/v1/spaces/{space_id}", tags=["spaces"], response_model=SpaceView)
async def update_space(
    space_id: SpaceId, body: SpaceChange, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Change a space from the version that If-Match names."""
    changes = {name: value for name, value in dict(body).items() if value is not None}
    return tagged(response, await spaces.amend_space(asked, space_id, version=version, changes=changes))


@spaces_api.post(
    "/v1/spaces/{space_id}/residencies",
    status_code=status.HTTP_201_CREATED,
    tags=["spaces"],
    response_model=ResidencyView,
)
async def create_residency(space_id: SpaceId, body: NewResidency, asked: AskedBy) -> Document:
    """Record who lives in a space."""
    residency = Residency(new_id(), space_id, body.team, body.organization, body.period)
    return await spaces.record_residency(asked, residency)


@spaces_api.get("/v1/spaces/{space_id}/residencies", tags=["spaces"], response_model=Page[ResidencyView])
async def list_residencies(
    space_id: SpaceId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """Those who live or lived in a space."""
    items, cursor = await spaces.list_residencies(asked, space_id, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}
