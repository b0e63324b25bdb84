"""Speaks HTTP for what becomes of an organisation: its names, its successor, its size year by year."""

from typing import Literal

from fastapi import Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import Day, Money, MoneyFromZero, StrictModel
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ORGANIZATION_EXAMPLE,
    RawText,
    SizeDeclarationId,
    Span,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.api.organizations import OrganizationView
from services.registry.parties.domain.naming import Name
from services.registry.parties.domain.organization import Succession, SuccessionHow
from services.registry.parties.domain.size import Measure, SizeFacts, SizeSource
from services.registry.parties.operations import histories

histories_api = router()


class NewName(Span):
    """A name from a day on; with a last day, a former name that goes before the oldest one known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "江门市某某智能科技有限公司", "from": "2020-06-01", "document": DOCUMENT_EXAMPLE}]
        }
    )

    name: RawText
    document: DocumentId | None = None


class NewSuccession(StrictModel):
    """How an organisation ended, on which day, and who answers for it since; a merger names who."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "how": "merger",
                    "on": "2020-08-31",
                    "successor": ORGANIZATION_EXAMPLE,
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    how: SuccessionHow
    on: Day
    successor: OrganizationId | None = None
    document: DocumentId


class Yuan(MoneyFromZero):
    """An amount in yuan, or nothing."""

    currency: Literal["CNY"]


class NewSizeDeclaration(StrictModel):
    """Figures of one year. Which of them decide, the industry says; the size class is computed, never told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "year": 2019,
                    "industry": "software",
                    "staff": 42,
                    "revenue": {"amount": "9800000.00", "currency": "CNY"},
                }
            ]
        }
    )

    year: int = Field(ge=0, le=9999)
    industry: str = Field(max_length=64, description="Such as `manufacturing`, `software` or `other`.")
    staff: int | None = Field(None, ge=0, le=100_000_000, description="Persons employed at the end of the year.")
    revenue: Yuan | None = Field(None, description="营业收入 of the year.")
    assets: Yuan | None = Field(None, description="资产总额 at the end of the year.")
    source: SizeSource = Field(SizeSource.DECLARED, description="Operators only: `operator`, `register`.")
    document: DocumentId | None = None

    @property
    def figures(self) -> dict[Measure, int | None]:
        """What was sent, by measure; amounts in fen."""
        amounts = {Measure.REVENUE: self.revenue, Measure.ASSETS: self.assets}
        return {
            Measure.STAFF: self.staff,
            **{measure: None if amount is None else amount.fen for measure, amount in amounts.items()},
        }


class SizeDeclarationView(StrictModel):
    """A declaration with the class that follows from it, and the standard by which it does."""

    id: SizeDeclarationId
    organization: OrganizationId
    year: int
    industry: str
    staff: int | None
    revenue: Money | None
    assets: Money | None
    size_class: str
    source: str
    standard: str
    document: DocumentId | None


class SizeDeclarations(StrictModel):
    """All that was declared of one organisation, in the order of recording; the newest of the newest year counts."""

    items: list[SizeDeclarationView]


@histories_api.post(
    "/v1/organizations/{organization_id}/names",
    status_code=status.HTTP_201_CREATED,
    tags=["organizations"],
    response_model=OrganizationView,
)
async def create_organization_name(
    organization_id: OrganizationId, body: NewName, asked: AskedBy, response: Response
) -> Document:
    """Record a change of name from its day on, or a name that an organisation had before."""
    name = Name(new_id(), organization_id, body.name, body.period, body.document)
    return tagged(response, await histories.record_name(asked, name))


@histories_api.post(
    "/v1/organizations/{organization_id}/successor",
    status_code=status.HTTP_201_CREATED,
    tags=["organizations"],
    response_model=OrganizationView,
)
async def create_successor(
    organization_id: OrganizationId, body: NewSuccession, asked: AskedBy, response: Response
) -> Document:
    """Record that an organisation was merged, wound up or bankrupt, and who answers for it since."""
    succession = Succession(body.how, body.on, body.document, body.successor)
    return tagged(response, await histories.record_succession(asked, organization_id, succession))


@histories_api.post(
    "/v1/organizations/{organization_id}/size-declarations",
    status_code=status.HTTP_201_CREATED,
    tags=["organizations"],
    response_model=SizeDeclarationView,
)
async def create_size_declaration(
    organization_id: OrganizationId, body: NewSizeDeclaration, asked: AskedBy
) -> Document:
    """Declare an organisation's figures of a year; a correction is a new declaration."""
    facts = SizeFacts(organization_id, body.year, body.industry, body.figures, body.source, body.document)
    return await histories.declare_size(asked, facts)


@histories_api.get(
    "/v1/organizations/{organization_id}/size-declarations",
    tags=["organizations"],
    response_model=SizeDeclarations,
)
async def list_size_declarations(organization_id: OrganizationId, asked: AskedBy) -> Document:
    """Every declaration of an organisation's size, corrections and all."""
    return {"items": await histories.list_sizes(asked, organization_id)}
