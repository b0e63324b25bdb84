"""Speaks HTTP for mentors 创业导师."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import new_id
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import (
    PERSON_EXAMPLES,
    SPACE_EXAMPLE,
    Code,
    MentorId,
    PersonId,
    RawText,
    ShownSpan,
    SpaceId,
    Span,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.operations import mentors

mentors_api = router()

FIELDS_READ = 50


class NewMentor(Span):
    """A person, who is on record, mentors in a space."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "space": SPACE_EXAMPLE,
                    "person": PERSON_EXAMPLES[0],
                    "title": "高级工程师",
                    "fields": ["rail-transit"],
                    "from": "2020-03-01",
                    "until": None,
                }
            ]
        }
    )

    space: SpaceId
    person: PersonId
    title: RawText
    fields: list[Code] = Field(default=[], max_length=FIELDS_READ)


class LastDay(StrictModel):
    """The last day, included."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2020-12-31"}]})

    on: Day


class MentorView(ShownSpan):
    """A mentor: the person by reference."""

    id: MentorId
    space: SpaceId
    person: PersonId
    title: str
    fields: list[str]


@mentors_api.post("/v1/mentors", status_code=status.HTTP_201_CREATED, tags=["mentors"], response_model=MentorView)
async def create_mentor(body: NewMentor, asked: AskedBy) -> Document:
    """Record who mentors in a space."""
    mentor = Mentor(new_id(), body.space, body.person, body.title, tuple(body.fields), body.period)
    return await mentors.record_mentor(asked, mentor)


@mentors_api.get("/v1/mentors", tags=["mentors"], response_model=Page[MentorView])
async def list_mentors(
    asked: AskedBy,
    space: Annotated[SpaceId | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Mentors of the spaces that the caller may see."""
    items, cursor = await mentors.list_mentors(asked, space_id=space, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@mentors_api.post("/v1/mentors/{mentor_id}/end", tags=["mentors"], response_model=MentorView)
async def end_mentor(mentor_id: MentorId, body: LastDay, asked: AskedBy) -> Document:
    """Say on which day a mentor is the last time there."""
    return await mentors.end_mentor(asked, mentor_id, on=body.on)
