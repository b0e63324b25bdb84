"""Speaks HTTP for providers 服务机构."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

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
    RawText,
    ShownSpan,
    Span,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.provider import Admission, ProviderState
from services.registry.providers.operations import providers
from services.registry.providers.store.providers import ProviderFilter

providers_api = router()


class NewProvider(StrictModel):
    """An application to be a provider; an organisation applies for itself, an operator names one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"organization": ORGANIZATION_EXAMPLE, "categories": ["testing", "design"]}]}
    )

    organization: OrganizationId | None = None
    categories: list[Code] = Field(min_length=1, max_length=50)


class NewAdmission(Span):
    """An admission for one category."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"category": "testing", "from": "2020-09-14", "until": "2022-09-13", "document": DOCUMENT_EXAMPLE}
            ]
        }
    )

    category: Code
    document: DocumentId


class Ground(StrictModel):
    """Why, and by which document."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "资质证书到期未续", "document": DOCUMENT_EXAMPLE}]}
    )

    reason: RawText
    document: DocumentId


class AdmissionView(ShownSpan):
    """An admission."""

    id: AdmissionId
    category: str
    document: DocumentId


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
    """Admit a provider for a category."""
    admission = Admission(new_id(), body.category, body.period, body.document)
    return await providers.admit_provider(asked, provider_id, admission)


@providers_api.post("/v1/providers/{provider_id}/suspend", tags=["providers"], response_model=ProviderView)
async def suspend_provider(provider_id: ProviderId, body: Ground, asked: AskedBy) -> Document:
    """Stop new orders at a provider."""
    return await providers.suspend_provider(asked, provider_id, reason=body.reason, document_id=body.document)


@providers_api.post("/v1/providers/{provider_id}/resume", tags=["providers"], response_model=ProviderView)
async def resume_provider(provider_id: ProviderId, body: Ground, asked: AskedBy) -> Document:
    """End a suspension."""
    return await providers.resume_provider(asked, provider_id, reason=body.reason, document_id=body.document)


@providers_api.post("/v1/providers/{provider_id}/withdraw", tags=["providers"], response_model=ProviderView)
async def withdraw_provider(provider_id: ProviderId, asked: AskedBy) -> Document:
    """Take back an application, or give up being a provider."""
    return await providers.withdraw_provider(asked, provider_id)
