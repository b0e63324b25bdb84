"""Speaks HTTP for the change feed."""

from typing import Any

from services.chassis.events import Entry
from services.chassis.http import router
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.feed.operations import changes

changes_api = router()


class ChangeView(StrictModel):
    """A thing as it was after a change: its document is whole. `position` is a cursor."""

    position: str
    kind: str
    id: str
    at: Instant
    document: dict[str, Any]


@changes_api.get("/v1/changes", tags=["changes"])
async def list_changes(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[ChangeView]:
    """Changes after a cursor, oldest first; `next_cursor` is always given, to ask again from."""
    found = await changes.read_changes(asked, after=after, limit=limit)
    return Page(items=[_view(entry) for entry in found], next_cursor=found[-1].cursor if found else after)


def _view(entry: Entry) -> ChangeView:
    event = entry.event
    return ChangeView(
        position=entry.cursor, kind=event.subject_kind, id=event.subject_id, at=event.at, document=event.data
    )
