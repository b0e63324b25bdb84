"""Speaks HTTP for spaces 众创空间."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response, status
from pydantic import ConfigDict

from services.chassis.http import ExpectedVersion, router
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import ORGANIZATION_EXAMPLE, Code, RawText, RecognitionId, SpaceId
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.space import Premises, SpaceFacts, SpaceForm, SpaceKind, SpaceStatus, Sponsor
from services.registry.spaces.operations import spaces

spaces_api = router()


class PremisesBody(StrictModel):
    """Where the space is and how large; what is left out is not known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"area_square_metres": 1200, "seats": 80, "address": "江门市蓬江区五邑大学创业园3栋"}]
        }
    )

    area_square_metres: int | None = None
    seats: int | None = None
    address: RawText | None = None

    @property
    def premises(self) -> Premises:
        """The same as the domain has it."""
        return Premises(self.area_square_metres, self.seats, self.address)


class NewSpace(StrictModel):
    """A space to be recorded; `operator` is the organisation that runs it, `parent` the space it is a branch of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "珠西创谷",
                    "kind": "professional_service",
                    "form": "maker_space",
                    "operator": ORGANIZATION_EXAMPLE,
                    "region": "440703",
                    "sponsor": "research_or_university",
                    "field": "rail-transit",
                    "premises": {"area_square_metres": 1200, "seats": 80, "address": "江门市蓬江区五邑大学创业园3栋"},
                }
            ]
        }
    )

    name: RawText
    kind: SpaceKind
    form: SpaceForm
    operator: OrganizationId
    region: Code
    sponsor: Sponsor | None = None
    field: Code | None = None
    premises: PremisesBody = PremisesBody()
    parent: SpaceId | None = None

    @property
    def facts(self) -> SpaceFacts:
        """The same as the domain has it."""
        return SpaceFacts(
            name=self.name,
            kind=self.kind,
            form=self.form,
            operator_id=self.operator,
            region=self.region,
            sponsor=self.sponsor,
            field=self.field,
            premises=self.premises.premises,
            parent_id=self.parent,
        )


class SpaceChange(StrictModel):
    """What shall change; what is left out or null stays. `reason`: why; a space is not closed without one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "closed", "reason": "租约到期，空间停止运营"}]}
    )

    name: RawText | None = None
    kind: SpaceKind | None = None
    form: SpaceForm | None = None
    region: Code | None = None
    sponsor: Sponsor | None = None
    field: Code | None = None
    premises: PremisesBody | None = None
    parent: SpaceId | None = None
    status: SpaceStatus | None = None
    reason: RawText | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent, by the domain's names."""
        sent = {name: value for name, value in dict(self).items() if value is not None}
        renamed = {"parent_id": sent.pop("parent")} if "parent" in sent else {}
        premises = {} if self.premises is None else {"premises": self.premises.premises}
        return {**sent, **renamed, **premises}


class RecognitionView(StrictModel):
    """A recognition, in force from the day of the decision until before `ended_on`."""

    id: RecognitionId
    track: str
    level: str
    document_number: str
    decided_on: date
    document: DocumentId
    clause: str
    ended_on: date | None
    end_reason: str | None


class SpaceView(StrictModel):
    """A space; `revoked_on` since when nobody new moves in, `parent` the space it is a branch of."""

    id: SpaceId
    name: str
    kind: str
    form: str
    operator: OrganizationId
    region: str
    status: str
    state: str
    sponsor: str | None
    field: str | None
    premises: PremisesBody
    parent: SpaceId | None
    recognitions: list[RecognitionView]
    revoked_on: date | None
    incubator_since: date | None
    version: int


class Closing(StrictModel):
    """Why the space closes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "租约到期，空间停止运营"}]})

    reason: RawText


@spaces_api.post("/v1/spaces", status_code=status.HTTP_201_CREATED, tags=["spaces"], response_model=SpaceView)
async def create_space(body: NewSpace, asked: AskedBy, response: Response) -> Document:
    """Record a space."""
    return tagged(response, await spaces.record_space(asked, body.facts))


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
    return tagged(response, await spaces.amend_space(asked, space_id, version=version, changes=body.changes))


@spaces_api.post("/v1/spaces/{space_id}/close", tags=["spaces"], response_model=SpaceView)
async def close_space(space_id: SpaceId, body: Closing, asked: AskedBy, response: Response) -> Document:
    """Close a space: its recognitions are given up, and whoever lives there leaves today."""
    return tagged(response, await spaces.close_space(asked, space_id, reason=body.reason))
