"""Speaks HTTP for the qualifications 资质 of providers, and for the papers that prove who they are."""

from datetime import date

from fastapi import status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import DocumentId, new_id
from services.chassis.models import StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ProviderId,
    QualificationId,
    RawText,
    ShownSpan,
    Span,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.api.providers import Reasoned
from services.registry.providers.domain.qualification import Qualification
from services.registry.providers.operations import qualifications

qualifications_api = router()
PATH = "/v1/providers/{provider_id}/qualifications"


class NewQualification(Span):
    """A certificate with its paper, or a paper that proves who the provider is: business_licence 营业执照,
    legal_representative 法定代表人身份证明, authorisation 授权委托书.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "CMA",
                    "number": "201919000000",
                    "issuer": "广东省市场监督管理局",
                    "from": "2019-06-01",
                    "until": "2025-05-31",
                    "document": DOCUMENT_EXAMPLE,
                },
                {
                    "kind": "business_licence",
                    "number": "91440703MA4UQ1L02X",
                    "issuer": "江门市蓬江区市场监督管理局",
                    "from": "2016-05-20",
                    "document": DOCUMENT_EXAMPLE,
                },
            ]
        }
    )

    kind: RawText
    number: RawText
    issuer: RawText
    document: DocumentId


class Why(StrictModel):
    """Why it is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "证书编号与发证机关公示不符"}]})

    reason: RawText


class QualificationView(ShownSpan):
    """A certificate and what was decided on it; ended_on: its last day where it ended before its time."""

    id: QualificationId
    provider: ProviderId
    kind: str
    number: str
    issuer: str
    document: DocumentId
    state: str
    reason: str | None
    ended_on: date | None


class PaperView(StrictModel):
    """A kind of paper that proves who a provider is."""

    kind: str
    name: str


class QualificationsView(StrictModel):
    """All certificates of a provider, oldest first; papers_missing: those without which it is not admitted today."""

    items: list[QualificationView]
    papers_missing: list[PaperView]


@qualifications_api.post(
    PATH, status_code=status.HTTP_201_CREATED, tags=["providers"], response_model=QualificationView
)
async def create_qualification(provider_id: ProviderId, body: NewQualification, asked: AskedBy) -> Document:
    """Send a certificate."""
    sent = Qualification(
        id=new_id(),
        provider_id=provider_id,
        kind=body.kind,
        number=body.number,
        issuer=body.issuer,
        period=body.period,
        document_id=body.document,
        sent_by=asked.actor,
    )
    return await qualifications.send_qualification(asked, sent)


@qualifications_api.get(PATH, tags=["providers"], response_model=QualificationsView)
async def list_qualifications(provider_id: ProviderId, asked: AskedBy) -> Document:
    """All certificates of a provider."""
    return await qualifications.list_qualifications(asked, provider_id)


@qualifications_api.post(f"{PATH}/{{qualification_id}}/confirm", tags=["providers"], response_model=QualificationView)
async def confirm_qualification(provider_id: ProviderId, qualification_id: QualificationId, asked: AskedBy) -> Document:
    """Take a certificate as true."""
    return await qualifications.confirm_qualification(asked, provider_id, qualification_id)


@qualifications_api.post(f"{PATH}/{{qualification_id}}/reject", tags=["providers"], response_model=QualificationView)
async def reject_qualification(
    provider_id: ProviderId, qualification_id: QualificationId, body: Why, asked: AskedBy
) -> Document:
    """Reject a certificate."""
    return await qualifications.reject_qualification(asked, provider_id, qualification_id, body.reason)


@qualifications_api.post(f"{PATH}/{{qualification_id}}/end", tags=["providers"], response_model=QualificationView)
async def end_qualification(
    provider_id: ProviderId, qualification_id: QualificationId, body: Reasoned, asked: AskedBy
) -> Document:
    """End a certificate before its time; admissions that rest on it end, too."""
    return await qualifications.end_qualification(
        asked, provider_id, qualification_id, reason=body.reason, document_id=body.document
    )
