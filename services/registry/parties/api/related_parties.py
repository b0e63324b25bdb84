"""Speaks HTTP for related parties 关联方."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, ORGANIZATION_EXAMPLE, LinkId, RawText, ShownSpan, Span
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.standing import Link, LinkKind
from services.registry.parties.operations import standing

related_parties_api = router()


class NewLink(Span):
    """Two organisations that are related parties, in either order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "a": ORGANIZATION_EXAMPLE,
                    "b": "org_0190f3c8a1b27d3e8f00112233445577",
                    "kind": "ownership",
                    "share_basis_points": 3500,
                    "owner": ORGANIZATION_EXAMPLE,
                    "from": "2019-05-01",
                    "until": None,
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    a: OrganizationId
    b: OrganizationId
    kind: LinkKind
    share_basis_points: int | None = Field(None, description="Of ownership: how much is held, 10000 is the whole.")
    owner: OrganizationId | None = Field(None, description="Of ownership: which of the two holds it.")
    officer_role: RawText | None = Field(None, description="Of shared officers: what they are, such as 法定代表人.")
    document: DocumentId

    @property
    def link(self) -> Link:
        """The link, its ends in the order of their ids."""
        first, second = sorted((self.a, self.b))
        fixed = (new_id(), first, second, self.kind, self.period, self.document)
        return Link(*fixed, self.share_basis_points, self.owner, self.officer_role).written()


class LinkEnd(StrictModel):
    """Until when a link held, that day included, and the document that says so."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2020-08-31", "document": DOCUMENT_EXAMPLE}]})

    until: Day
    document: DocumentId


class LinkView(ShownSpan):
    """A link between two related parties; share and owner of ownership are null where nobody recorded them."""

    id: LinkId
    a: OrganizationId
    b: OrganizationId
    kind: str
    share_basis_points: int | None
    owner: OrganizationId | None
    officer_role: str | None
    document: DocumentId


@related_parties_api.post(
    "/v1/related-parties", status_code=status.HTTP_201_CREATED, tags=["related parties"], response_model=LinkView
)
async def create_related_party(body: NewLink, asked: AskedBy) -> Document:
    """Record that two organisations are related parties."""
    return await standing.record_link(asked, body.link)


@related_parties_api.get("/v1/related-parties", tags=["related parties"], response_model=Page[LinkView])
async def list_related_parties(
    asked: AskedBy,
    organization: Annotated[OrganizationId | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Links one of whose ends the caller may see."""
    items, cursor = await standing.list_links(asked, organization, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@related_parties_api.get("/v1/related-parties/{link_id}", tags=["related parties"], response_model=LinkView)
async def get_related_party(link_id: LinkId, asked: AskedBy) -> Document:
    """One link."""
    return await standing.read_link(asked, link_id)


@related_parties_api.post("/v1/related-parties/{link_id}/end", tags=["related parties"], response_model=LinkView)
async def end_related_party(link_id: LinkId, body: LinkEnd, asked: AskedBy) -> Document:
    """Record the last day of a link that is open; what held until then stays known."""
    return await standing.end_link(asked, link_id, last_day=body.until, document_id=body.document)
