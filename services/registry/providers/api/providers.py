"""Speaks HTTP for providers 服务机构."""

from datetime import date
from typing import Annotated, Any, Self

from fastapi import Query, status
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.chassis.refusals import NotFound
from services.registry.api.asking import AskedBy
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ORGANIZATION_EXAMPLE,
    AdmissionId,
    Code,
    ProviderId,
    QualificationId,
    RawText,
    ShownSpan,
    SpaceId,
    Span,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.ground import Ground, GroundKind
from services.registry.providers.domain.provider import Admission, ProviderState
from services.registry.providers.operations import providers, suspensions
from services.registry.providers.operations.suspensions import Charge
from services.registry.providers.store.providers import ProviderFilter

providers_api = router()


class NewProvider(StrictModel):
    """An application to be a provider; an organisation applies for itself, an operator names one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"organization": ORGANIZATION_EXAMPLE, "categories": ["testing", "design"]}]}
    )

    organization: OrganizationId | None = None
    categories: list[Code] = Field(min_length=1, max_length=50)


class NewGround(StrictModel):
    """What an admission rests on: its own decision, a certificate, a recognised space, or another region's list."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "qualification", "qualification": "qua_0190f3c8a1b27d3e8f00112233445566"}]
        }
    )

    kind: GroundKind = GroundKind.DECISION
    qualification: QualificationId | None = None
    space: SpaceId | None = None
    list: RawText | None = None
    region: Code | None = None

    @model_validator(mode="after")
    def _names_what_its_kind_needs(self) -> Self:
        needed = {
            GroundKind.DECISION: (),
            GroundKind.QUALIFICATION: ("qualification",),
            GroundKind.CARRIER: ("space",),
            GroundKind.FOREIGN_LIST: ("list", "region"),
        }[self.kind]
        given = {name for name in ("qualification", "space", "list", "region") if getattr(self, name) is not None}
        if given != set(needed):
            raise PydanticCustomError("ground_form", "a ground names what its kind needs, and nothing else")
        return self

    @property
    def ground(self) -> Ground:
        """The same as the domain has it."""
        return Ground(self.kind, self.qualification or self.space, self.list, self.region)


class NewAdmission(Span):
    """An admission for one category, on a ground; schemes: those under which it may be paid, none for all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "category": "testing",
                    "from": "2020-09-14",
                    "until": "2022-09-13",
                    "document": DOCUMENT_EXAMPLE,
                    "ground": {"kind": "qualification", "qualification": "qua_0190f3c8a1b27d3e8f00112233445566"},
                    "schemes": ["jiangmen-service-2020"],
                }
            ]
        }
    )

    category: Code
    document: DocumentId
    ground: NewGround = NewGround()
    schemes: list[RawText] = Field(default=[], max_length=50)


class Reasoned(StrictModel):
    """Why, and by which document."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "资质证书到期未续", "document": DOCUMENT_EXAMPLE}]}
    )

    reason: RawText
    document: DocumentId

    @property
    def charge(self) -> Charge:
        """The same as operations are told."""
        return Charge(self.reason, self.document)


class GroundView(StrictModel):
    """What an admission rests on; id: the certificate's or the space's."""

    kind: str
    id: QualificationId | SpaceId | None
    list: str | None
    region: str | None


class AdmissionView(ShownSpan):
    """An admission; until: its last day as its ground has it, granted_until: the one that was decided."""

    id: AdmissionId
    category: str
    granted_until: date | None
    document: DocumentId
    ground: GroundView
    schemes: list[str]


class ProviderView(StrictModel):
    """A provider as it stands today."""

    id: ProviderId
    organization: OrganizationId
    applied_for: list[str]
    state: str
    admissions: list[AdmissionView]


@providers_api.post(
    "/v1/providers", status_code=status.HTTP_201_CREATED, tags=["providers"], response_model=ProviderView
)
async def create_provider(body: NewProvider, asked: AskedBy) -> Document:
    """Apply to be a provider."""
    organization = body.organization or asked.permit.caller.organization
    if organization is None:
        raise NotFound("organization.unknown", pointer="/organization")
    return await providers.record_provider(asked, organization, body.categories)


@providers_api.get("/v1/providers", tags=["providers"], response_model=Page[ProviderView])
async def list_providers(
    asked: AskedBy,
    organization: Annotated[OrganizationId | None, Query()] = None,
    state: Annotated[ProviderState | None, Query()] = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Providers that the caller may see."""
    wanted = ProviderFilter(organization, state, category)
    items, cursor = await providers.list_providers(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@providers_api.get("/v1/providers/{provider_id}", tags=["providers"], response_model=ProviderView)
async def get_provider(provider_id: ProviderId, asked: AskedBy) -> Document:
    """One provider."""
    return await providers.read_provider(asked, provider_id)


@providers_api.post("/v1/providers/{provider_id}/admit", tags=["providers"], response_model=ProviderView)
async def admit_provider(provider_id: ProviderId, body: NewAdmission, asked: AskedBy) -> Document:
    """Admit a provider for a category, on a ground that suffices for it."""
    ground, schemes = body.ground.ground, tuple(body.schemes)
    admission = Admission(new_id(), body.category, body.period, body.document, ground, schemes)
    return await providers.admit_provider(asked, provider_id, admission)


@providers_api.post("/v1/providers/{provider_id}/suspend", tags=["providers"], response_model=ProviderView)
async def suspend_provider(provider_id: ProviderId, body: Reasoned, asked: AskedBy) -> Document:
    """Stop new orders at a provider at once; it lapses unless a second person confirms it in time."""
    return await suspensions.suspend_provider(asked, provider_id, body.charge)


@providers_api.post("/v1/providers/{provider_id}/resume", tags=["providers"], response_model=ProviderView)
async def resume_provider(provider_id: ProviderId, body: Reasoned, asked: AskedBy) -> Document:
    """End a suspension before its last day; never by who ordered it."""
    return await suspensions.resume_provider(asked, provider_id, body.charge)


@providers_api.post("/v1/providers/{provider_id}/withdraw", tags=["providers"], response_model=ProviderView)
async def withdraw_provider(provider_id: ProviderId, asked: AskedBy) -> Document:
    """Take back an application, or give up being a provider."""
    return await providers.withdraw_provider(asked, provider_id)
