"""Speaks HTTP for the change feed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.chassis.events import Entry
from services.chassis.http import router
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.feed.operations import changes

changes_api = router()
EventId = Annotated[UUID, Prefixed("evt")]


class ChangeView(StrictModel):
    """A thing as it was after a change: its document is whole. `position` is a cursor."""

    position: str
    event: EventId
    kind: str
    id: str
    at: Instant
    document: dict[str, Any]


class ChangesPage(Page[ChangeView]):
    """A page of changes. `head` is the position of the last of all, as it was just before the page was read."""

    head: str


Seen = Annotated[
    EventId | None, Query(description="`event` of the change heard last: 409 where it is no longer there.")
]


@changes_api.get("/v1/changes", tags=["changes"])
async def list_changes(
    asked: AskedBy, after: After = None, seen: Seen = None, limit: Limit = PAGE_DEFAULT
) -> ChangesPage:
    """Changes after a cursor, oldest first; `next_cursor` is always given, to ask again from."""
    told = await changes.read_changes(asked, after=after, seen=seen, limit=limit)
    last = told.entries[-1].cursor if told.entries else after
    return ChangesPage(items=[_view(entry) for entry in told.entries], next_cursor=last, head=told.head)


def _view(entry: Entry) -> ChangeView:
    event = entry.event
    return ChangeView(
        position=entry.cursor,
        event=entry.id,
        kind=event.subject_kind,
        id=event.subject_id,
        at=event.at,
        document=event.data,
    )
