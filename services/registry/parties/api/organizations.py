"""Speaks HTTP for organisations 单位."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import ExpectedVersion, router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import Day, Money, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    Code,
    LinkId,
    PersonId,
    ProviderId,
    RawText,
    ShownSpan,
    SpaceId,
    Span,
    TeamId,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.organization import OrganizationFacts, OrganizationStatus, SizeClass
from services.registry.parties.domain.standing import PriorityListing
from services.registry.parties.operations import organizations, standing
from services.registry.parties.store.organizations import OrganizationFilter

organizations_api = router()


class NewOrganization(StrictModel):
    """An organisation to be recorded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91350100M000100Y43",
                    "name": "江门市蓬江区某某科技有限公司",
                    "region": "440703",
                    "legal_form": "有限责任公司",
                    "size_class": "small",
                    "registered_on": "2018-03-15",
                }
            ]
        }
    )

    uscc: RawText = Field(description="Unified social credit code 统一社会信用代码 (GB 32100-2015).")
    name: RawText
    region: Code
    legal_form: RawText | None = None
    size_class: SizeClass | None = None
    registered_on: Day | None = None


class OrganizationChange(StrictModel):
    """What shall change; what is left out stays.

    An organisation itself declares its size, once; operators change the rest.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"size_class": "medium"}]})

    name: RawText | None = None
    region: Code | None = None
    legal_form: RawText | None = None
    size_class: SizeClass | None = None
    registered_on: Day | None = None
    status: OrganizationStatus | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent, by name; null empties what may be empty and says nothing elsewhere."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        kept = {"name", "region", "status"}
        return {name: value for name, value in sent.items() if value is not None or name not in kept}


class OrganizationsWanted(StrictModel):
    """Which organisations a list shows."""

    uscc: str | None = Field(None, max_length=18)
    region: str | None = Field(None, max_length=64)
    name: str | None = Field(None, min_length=1, max_length=200, description="Any part of the name.")
    status: OrganizationStatus | None = None
    after: str | None = Field(None, max_length=CURSOR_MAX, description="`next_cursor` of the page before.")
    limit: int = Field(PAGE_DEFAULT, ge=1, le=PAGE_MAX, description="Items a page.")


class NewListing(Span):
    """A place on a named priority list."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "list": "江门市重点扶持中小企业名单",
                    "class": "priority",
                    "from": "2020-01-01",
                    "until": "2020-12-31",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    list_: RawText = Field(alias="list")
    class_: RawText = Field(alias="class")
    document: DocumentId


class ListingView(ShownSpan):
    """A place on a priority list."""

    list_: str = Field(alias="list")
    class_: str = Field(alias="class")


class SanctionInside(ShownSpan):
    """A sanction, inside its organisation. `organization`: on whom it was laid, itself or one that it took up."""

    id: str
    organization: OrganizationId
    kind: str


class LinkInside(ShownSpan):
    """A related party, inside the organisation at the other end."""

    id: LinkId
    organization: OrganizationId
    kind: str
    share_basis_points: int | None
    owner: OrganizationId | None


class AdmissionInside(ShownSpan):
    """An admission, inside its organisation; schemes: those under which it may be paid, none for all."""

    category: str
    schemes: list[str]


class ProviderInside(StrictModel):
    """A provider, inside its organisation."""

    id: ProviderId
    state: str
    admissions: list[AdmissionInside]


class NameInside(ShownSpan):
    """A name, inside its organisation."""

    name: str


class SizeInside(StrictModel):
    """The figures behind a size class, inside their organisation."""

    year: int
    industry: str
    staff: int | None
    revenue: Money | None
    assets: Money | None
    size_class: str
    source: str


class SuccessorInside(StrictModel):
    """How an organisation ended, and who answers for it since."""

    organization: OrganizationId | None
    how: str
    on: date


class FounderInside(ShownSpan):
    """Who founded or leads an organisation, by reference only."""

    person: PersonId
    role: str


class OrganizationView(StrictModel):
    """An organisation with all that stands beside it; `size` is the newest of its `sizes`, one a year, oldest first."""

    id: OrganizationId
    uscc: str
    name: str
    names: list[NameInside]
    region: str
    legal_form: str | None
    size_class: str | None
    size: SizeInside | None
    sizes: list[SizeInside]
    registered_on: date | None
    status: str
    successor: SuccessorInside | None
    priority_lists: list[ListingView]
    sanctions: list[SanctionInside]
    related_parties: list[LinkInside]
    provider: ProviderInside | None
    spaces: list[SpaceId]
    quota_roots: list[TeamId]
    founders: list[FounderInside]
    version: int


@organizations_api.post(
    "/v1/organizations",
    status_code=status.HTTP_201_CREATED,
    tags=["organizations"],
    response_model=OrganizationView,
    responses={200: {"model": OrganizationView, "description": "Recorded already, with the same facts."}},
)
async def create_organization(body: NewOrganization, asked: AskedBy, response: Response) -> Document:
    """Record an organisation by its credit code; the same code again gives the same organisation."""
    document, is_new = await organizations.record_organization(asked, OrganizationFacts(**dict(body)))
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return tagged(response, document)


@organizations_api.get("/v1/organizations", tags=["organizations"], response_model=Page[OrganizationView])
async def list_organizations(asked: AskedBy, wanted: Annotated[OrganizationsWanted, Query()]) -> dict[str, Any]:
    """Organisations that the caller may see, in the order of their recording."""
    narrowed = OrganizationFilter(wanted.uscc, wanted.region, wanted.name, wanted.status)
    items, cursor = await organizations.list_organizations(asked, narrowed, after=wanted.after, limit=wanted.limit)
    return {"items": items, "next_cursor": cursor}


@organizations_api.get("/v1/organizations/{organization_id}", tags=["organizations"], response_model=OrganizationView)
async def get_organization(organization_id: OrganizationId, asked: AskedBy, response: Response) -> Document:
    """One organisation, whole, with its ETag."""
    return tagged(response, await organizations.read_organization(asked, organization_id))


@organizations_api.patch("/v1/organizations/{organization_id}", tags=["organizations"], response_model=OrganizationView)
async def update_organization(
    organization_id: OrganizationId,
    body: OrganizationChange,
    version: ExpectedVersion,
    asked: AskedBy,
    response: Response,
) -> Document:
    """Change an organisation from the version that If-Match names."""
    changed = await organizations.amend_organization(asked, organization_id, version=version, changes=body.changes)
    return tagged(response, changed)


@organizations_api.post(
    "/v1/organizations/{organization_id}/priority-lists",
    status_code=status.HTTP_201_CREATED,
    tags=["organizations"],
    response_model=OrganizationView,
)
async def create_priority_listing(
    organization_id: OrganizationId, body: NewListing, asked: AskedBy, response: Response
) -> Document:
    """Put an organisation on a named priority list."""
    listing = PriorityListing(new_id(), organization_id, body.list_, body.class_, body.period, body.document).written()
    return tagged(response, await standing.record_listing(asked, listing))
