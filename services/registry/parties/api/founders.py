"""Speaks HTTP for founders 创业者: their classes, what they founded, and their record over the years."""

from datetime import date
from typing import Any, Literal

from fastapi import status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId, new_id
from services.chassis.models import Day, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ORGANIZATION_EXAMPLE,
    Code,
    FounderClassId,
    FoundingId,
    PersonId,
    RawText,
    ShownSpan,
    SpaceId,
    Span,
    TeamId,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.founder import FounderClass, FounderRole, Founding
from services.registry.parties.operations import founders

founders_api = router()


class ClauseView(StrictModel):
    """A clause of a policy paper, by the ids under which `/v1/policies` has both."""

    policy: str
    clause: str


class FounderKindView(StrictModel):
    """A class of founders, and the clauses that name it."""

    id: str
    name_zh: str
    name_en: str
    clauses: list[ClauseView]
    keeps_employment: bool


class FounderKinds(StrictModel):
    """All classes of founders."""

    items: list[FounderKindView]


class NewFounderClass(Span):
    """Of which class a person is; who keeps his post meanwhile, and until when, three years at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "class": "researcher",
                    "from": "2020-01-01",
                    "employer": "五邑大学",
                    "kept_until": "2022-12-31",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    class_: Code = Field(alias="class")
    employer: RawText | None = None
    kept_until: Day | None = None
    document: DocumentId


class FounderClassView(ShownSpan):
    """Of which class a person is."""

    id: FounderClassId
    class_: str = Field(alias="class")
    employer: str | None
    kept_until: date | None
    document: DocumentId


class NewFounding(Span):
    """What a person founded or leads: one organisation, or one team."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organization": ORGANIZATION_EXAMPLE,
                    "role": "founder",
                    "from": "2018-03-15",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    organization: OrganizationId | None = None
    team: TeamId | None = None
    role: FounderRole
    document: DocumentId


class FoundingView(ShownSpan):
    """What a person founded or leads."""

    id: FoundingId
    organization: OrganizationId | None
    team: TeamId | None
    role: str
    document: DocumentId


class RecordEntry(StrictModel):
    """One thing in a founder's life; what does not belong to its kind is left out."""

    kind: Literal["class", "founding", "team", "space"]
    from_: date | None = Field(alias="from")
    until: date | None
    class_: str | None = Field(None, alias="class")
    employer: str | None = None
    role: str | None = None
    team: TeamId | None = None
    organization: OrganizationId | None = None
    space: SpaceId | None = None
    ended_how: str | None = None


class PersonRecord(StrictModel):
    """A founder's record over the years, oldest first, with nothing personal in it."""

    person: PersonId
    entries: list[RecordEntry]


@founders_api.get("/v1/people/founder-classes", tags=["people"], response_model=FounderKinds)
async def list_founder_classes(asked: AskedBy) -> dict[str, Any]:
    """The classes of founders that the policy papers name."""
    return {"items": founders.list_kinds()}


@founders_api.post(
    "/v1/people/{person_id}/founder-classes",
    status_code=status.HTTP_201_CREATED,
    tags=["people"],
    response_model=FounderClassView,
)
async def create_founder_class(person_id: PersonId, body: NewFounderClass, asked: AskedBy) -> Document:
    """Record of which class a person is, with evidence."""
    wanted = FounderClass(new_id(), person_id, body.class_, body.period, body.document, body.employer, body.kept_until)
    return await founders.record_class(asked, wanted.written())


@founders_api.post(
    "/v1/people/{person_id}/foundings",
    status_code=status.HTTP_201_CREATED,
    tags=["people"],
    response_model=FoundingView,
)
async def create_founding(person_id: PersonId, body: NewFounding, asked: AskedBy) -> Document:
    """Record what a person founded or leads, with evidence."""
    wanted = Founding(new_id(), person_id, body.organization, body.team, body.role, body.period, body.document)
    return await founders.record_founding(asked, wanted)


@founders_api.get(
    "/v1/people/{person_id}/record",
    tags=["people"],
    response_model=PersonRecord,
    response_model_exclude_unset=True,
)
async def get_person_record(person_id: PersonId, asked: AskedBy) -> Document:
    """A founder's classes, teams, foundings and spaces over the years."""
    return await founders.read_record(asked, person_id)
