"""Speaks HTTP for policy papers 政策文件."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query, Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import Db, ExpectedVersion, router
from services.chassis.ids import DocumentId
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import DOCUMENT_EXAMPLE, Code, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.policy import PolicyFacts, PolicyStatus
from services.registry.catalogue.operations import policies
from services.registry.catalogue.operations.policies import NewPaper
from services.registry.catalogue.store.policies import PolicyFilter

policies_api = router()

PolicyId = Annotated[str, Path(max_length=64)]
Bureau = Annotated[str | None, Query(min_length=1, max_length=64, description="Only clauses that name this bureau.")]


class NewPolicy(StrictModel):
    """A paper, sent before as plain text; what is left out is read from it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "jiangmen-2020-31",
                    "document": DOCUMENT_EXAMPLE,
                    "number": "江府办〔2020〕31号",
                    "made": "2020-08-01",
                    "effective": "2020-09-01",
                }
            ]
        }
    )

    id: Code
    document: DocumentId
    title: RawText | None = None
    issuer: RawText | None = None
    number: RawText | None = None
    made: Day | None = None
    published: Day | None = None
    effective: Day | None = None


class Promulgation(StrictModel):
    """Under which number a draft was made a paper in force, and when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": "江府办〔2020〕31号", "made": "2020-08-01", "published": "2020-08-10"}]
        }
    )

    number: RawText
    made: Day
    published: Day | None = None
    effective: Day | None = None


class Abolition(StrictModel):
    """The first day on which a paper no longer holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2020-12-31"}]})

    on: Day


class ChargeView(StrictModel):
    """A bureau by its printed name; part: lead 牵头, support 配合 or responsible 责任单位."""

    name: str
    part: str


class ParagraphView(StrictModel):
    """A paragraph as printed, and the bureaus that it names at its end."""

    text: str
    bureaus: list[ChargeView]


class ClauseView(StrictModel):
    """A numbered clause; `id` is the way down to it, such as 二(一)3."""

    id: str
    level: str
    heading: str
    paragraphs: list[ParagraphView]
    bureaus: list[ChargeView]


class PolicyView(StrictModel):
    """A paper; of its clauses those that were asked for."""

    id: str
    title: str
    issuer: str
    number: str | None
    made: date | None
    published: date | None
    effective: date | None
    abolished: date | None
    status: str
    note: str | None = Field(description="What is odd in its print.")
    document: DocumentId | None
    bureaus: list[str]
    clauses: list[ClauseView]
    version: int


@policies_api.post("/v1/policies", status_code=status.HTTP_201_CREATED, tags=["policies"], response_model=PolicyView)
async def create_policy(body: NewPolicy, asked: AskedBy, response: Response) -> Document:
    """Record a paper as a draft, clause by clause."""
    told = {name: value for name, value in dict(body).items() if name != "document"}
    return tagged(response, await policies.record_policy(asked, NewPaper(document_id=body.document, **told)))


@policies_api.get("/v1/policies", tags=["policies"], response_model=Page[PolicyView])
async def list_policies(
    db: Db,
    bureau: Bureau = None,
    status: Annotated[PolicyStatus | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Papers by id, each with its clauses, or with those that name a bureau; in public."""
    wanted = PolicyFilter(bureau, None if status is None else status.value)
    items, cursor = await policies.list_policies(db, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@policies_api.get("/v1/policies/{policy_id}", tags=["policies"], response_model=PolicyView)
async def get_policy(policy_id: PolicyId, db: Db, response: Response, bureau: Bureau = None) -> Document:
    """One paper with its ETag; in public."""
    return tagged(response, await policies.read_policy(db, policy_id, bureau=bureau))


@policies_api.post("/v1/policies/{policy_id}/promulgate", tags=["policies"], response_model=PolicyView)
async def promulgate_policy(
    policy_id: PolicyId, body: Promulgation, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Bring a draft into force, from the version that If-Match names."""
    facts = PolicyFacts(title="", issuer="", **dict(body))
    return tagged(response, await policies.promulgate_policy(asked, policy_id, version=version, facts=facts))


@policies_api.post("/v1/policies/{policy_id}/abolish", tags=["policies"], response_model=PolicyView)
async def abolish_policy(
    policy_id: PolicyId, body: Abolition, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Let a paper hold no longer, from the version that If-Match names."""
    return tagged(response, await policies.abolish_policy(asked, policy_id, version=version, on=body.on))
