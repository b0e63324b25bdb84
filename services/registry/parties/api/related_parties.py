"""Speaks HTTP for related parties 关联方."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, ORGANIZATION_EXAMPLE, LinkId, ShownSpan, Span
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
                    "kind": "shared_officers",
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
    document: DocumentId


class LinkView(ShownSpan):
    """A link between two related parties."""

    id: LinkId
    a: OrganizationId
    b: OrganizationId
    kind: str
    document: DocumentId


@related_parties_api.post(
    "/v1/related-parties", status_code=status.HTTP_201_CREATED, tags=["related parties"], response_model=LinkView
)
async def create_related_party(body: NewLink, asked: AskedBy) -> Document:
    """Record that two organisations are related parties."""
    first, second = sorted((body.a, body.b))
    link = Link(new_id(), first, second, body.kind, body.period, body.document)
    return await standing.record_link(asked, link)


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
