"""Speaks HTTP for sanctions 失信/禁入."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ORGANIZATION_EXAMPLE,
    RawText,
    SanctionCaseId,
    SanctionId,
    ShownSpan,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.standing import Sanction, SanctionKind
from services.registry.parties.operations import standing

sanctions_api = router()


class NewSanction(StrictModel):
    """A sanction: `from` is the day of the decision, `until` the last day, 1 to 3 years later.

    `authority` decided it, by the decision of that number.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organization": ORGANIZATION_EXAMPLE,
                    "kind": "ban",
                    "from": "2019-11-20",
                    "until": "2021-11-20",
                    "authority": "江门市市场监督管理局",
                    "decision_number": "江市监处〔2019〕31号",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    organization: OrganizationId
    kind: SanctionKind
    from_: Day = Field(alias="from")
    until: Day
    authority: RawText
    decision_number: RawText
    document: DocumentId


class SanctionView(ShownSpan):
    """A sanction."""

    id: SanctionId
    organization: OrganizationId
    kind: str
    document: DocumentId
    case: SanctionCaseId | None = Field(description="The case it was decided in; null where another authority decided.")
    authority: str | None = Field(
        description="The other authority that decided; null in a case, and where it was recorded before that was asked."
    )
    decision_number: str | None = Field(description="The number of that authority's decision.")
    lifted_on: date | None = Field(description="The day on which it was lifted; it held until the day before.")


@sanctions_api.post(
    "/v1/sanctions", status_code=status.HTTP_201_CREATED, tags=["sanctions"], response_model=SanctionView
)
async def create_sanction(body: NewSanction, asked: AskedBy) -> Document:
    """Record that an organisation is kept out by decision of another authority; ours are decided in sanction cases."""
    fixed = (new_id(), body.organization, body.kind, body.from_, body.until, body.document)
    sanction = Sanction(*fixed, authority=body.authority, decision_number=body.decision_number)
    return await standing.record_sanction(asked, sanction)


@sanctions_api.get("/v1/sanctions", tags=["sanctions"], response_model=Page[SanctionView])
async def list_sanctions(
    asked: AskedBy,
    organization: Annotated[OrganizationId | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Sanctions of organisations that the caller may see."""
    items, cursor = await standing.list_sanctions(asked, organization, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@sanctions_api.get("/v1/sanctions/{sanction_id}", tags=["sanctions"], response_model=SanctionView)
async def get_sanction(sanction_id: SanctionId, asked: AskedBy) -> Document:
    """One sanction."""
    return await standing.read_sanction(asked, sanction_id)
