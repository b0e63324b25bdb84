"""Speaks HTTP for activities 活动: training, coaching, road shows, contests."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, JsonValue

from services.chassis.http import router
from services.chassis.ids import DocumentId
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, SPACE_EXAMPLE, ActivityId, MentorId, RawText, SpaceId
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.activity import ActivityFacts, ActivityKind
from services.registry.spaces.operations import activities
from services.registry.spaces.store.activities import ActivityFilter

activities_api = router()

HELD: dict[str, JsonValue] = {
    "kind": "training",
    "title": "创业训练营第一期",
    "held_on": "2020-09-01",
    "sessions": 2,
    "heads": 45,
}


class ActivityBody(StrictModel):
    """What happened: on which day, in how many sessions, with how many heads, led by which mentor of the space."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**HELD, "document": DOCUMENT_EXAMPLE}]})

    kind: ActivityKind
    title: RawText
    held_on: Day
    sessions: int
    heads: int
    mentor: MentorId | None = None
    document: DocumentId | None = None

    @property
    def facts(self) -> ActivityFacts:
        """The same as the domain has it."""
        return ActivityFacts(
            kind=self.kind,
            title=self.title,
            held_on=self.held_on,
            sessions=self.sessions,
            heads=self.heads,
            mentor_id=self.mentor,
            document_id=self.document,
        )


class NewActivity(ActivityBody):
    """An activity of a space."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"space": SPACE_EXAMPLE, **HELD}]})

    space: SpaceId


class ActivityCorrection(ActivityBody):
    """What an activity should have said, whole, and why; no sessions and no heads: it never took place."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**HELD, "heads": 54, "reason": "签到表核对后人数有误"}]})

    reason: RawText


class ActivityView(StrictModel):
    """An activity; `corrects` is what it replaced, and `corrected_by` what replaced it."""

    id: ActivityId
    space: SpaceId
    kind: str
    title: str
    held_on: date
    sessions: int
    heads: int
    mentor: MentorId | None
    document: DocumentId | None
    corrects: ActivityId | None
    correction_reason: str | None
    corrected_by: ActivityId | None


@activities_api.post(
    "/v1/activities", status_code=status.HTTP_201_CREATED, tags=["activities"], response_model=ActivityView
)
async def create_activity(body: NewActivity, asked: AskedBy) -> Document:
    """Record an activity of a space."""
    return await activities.record_activity(asked, body.space, body.facts)


@activities_api.get("/v1/activities", tags=["activities"], response_model=Page[ActivityView])
async def list_activities(
    asked: AskedBy,
    space: Annotated[SpaceId | None, Query()] = None,
    kind: Annotated[ActivityKind | None, Query()] = None,
    year: Annotated[int | None, Query(ge=1990, le=2200)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Activities of the spaces that the caller may see, those that were corrected too."""
    wanted = ActivityFilter(space, kind, year)
    items, cursor = await activities.list_activities(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@activities_api.get("/v1/activities/{activity_id}", tags=["activities"], response_model=ActivityView)
async def get_activity(activity_id: ActivityId, asked: AskedBy) -> Document:
    """One activity."""
    return await activities.read_activity(asked, activity_id)


@activities_api.post(
    "/v1/activities/{activity_id}/correct",
    status_code=status.HTTP_201_CREATED,
    tags=["activities"],
    response_model=ActivityView,
)
async def correct_activity(activity_id: ActivityId, body: ActivityCorrection, asked: AskedBy) -> Document:
    """Replace an activity by what it should have said; both are kept."""
    return await activities.correct_activity(asked, activity_id, body.facts, reason=body.reason)
