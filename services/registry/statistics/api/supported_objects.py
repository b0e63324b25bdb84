"""Speaks HTTP for the published lists of supported objects 支持和服务对象."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import Prefixed, show
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code
from services.registry.statistics.api.openly import AskedOpenly
from services.registry.statistics.api.sheets import SHEETS, Format, sheet
from services.registry.statistics.domain.supported import (
    Cover,
    Entry,
    ListState,
    SupportedKind,
    SupportedList,
    cover_of,
)
from services.registry.statistics.operations import supported

supported_objects_api = router()

ListId = Annotated[UUID, Prefixed("sup")]
PREFIX = {SupportedKind.SPACE: "spc", SupportedKind.PROVIDER: "prv"}


class NewList(StrictModel):
    """Whose list is prepared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"region": "110112"}]})

    region: Code


class Seen(StrictModel):
    """The digest of the list that was seen."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": "0" * 64}]})

    digest: str = Field(pattern="^[0-9a-f]{64}$")


class CoverView(StrictModel):
    """A list without its lines; digest: SHA-256 over its canonical JSON."""

    id: ListId
    region: str
    year: int
    state: ListState
    digest: str
    lines: int
    decided_at: Instant | None


class EntryView(StrictModel):
    """One supported object; no person is named."""

    position: int
    kind: SupportedKind
    id: str
    name: str
    region: str
    grounds: list[str]


class ListView(CoverView):
    """A list with its lines."""

    entries: list[EntryView]


@supported_objects_api.post(
    "/v1/supported-objects", status_code=status.HTTP_201_CREATED, tags=["supported objects"], response_model=ListView
)
async def prepare_supported_objects(body: NewList, asked: AskedBy) -> dict[str, Any]:
    """Prepare the list of whom a region supports this year."""
    return _view(await supported.prepare_list(asked, body.region))


@supported_objects_api.get("/v1/supported-objects", tags=["supported objects"], response_model=Page[CoverView])
async def list_supported_objects(
    asked: AskedOpenly,
    region: Annotated[str | None, Query(max_length=64)] = None,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """The lists that are published, for everybody."""
    items, cursor = await supported.list_published(asked, region=region, year=year, after=after, limit=limit)
    return {"items": [_cover(one) for one in items], "next_cursor": cursor}


@supported_objects_api.get(
    "/v1/supported-objects/{list_id}", tags=["supported objects"], response_model=ListView, responses=SHEETS
)
async def get_supported_objects(
    list_id: ListId, asked: AskedOpenly, as_: Annotated[Format, Query(alias="format")] = "json"
) -> Any:
    """A list that is or was published, for everybody."""
    found = await supported.read_published(asked, list_id)
    if as_ == "json":
        return _view(found)
    headings = ["position", "kind", "id", "name", "region", "grounds"]
    lines = [_entry(at, entry) for at, entry in enumerate(found.entries, start=1)]
    rows = [[*[line[name] for name in headings[:-1]], " ".join(line["grounds"])] for line in lines]
    return sheet([headings, *rows], name=f"supported-{found.region}-{found.year}", as_=as_)


@supported_objects_api.get("/v1/supported-objects/{list_id}/draft", tags=["supported objects"], response_model=ListView)
async def get_supported_objects_draft(list_id: ListId, asked: AskedBy) -> dict[str, Any]:
    """A list in whatever state, for those who work on it."""
    return _view(await supported.read_draft(asked, list_id))


@supported_objects_api.post(
    "/v1/supported-objects/{list_id}/publish", tags=["supported objects"], response_model=ListView
)
async def publish_supported_objects(list_id: ListId, body: Seen, asked: AskedBy) -> dict[str, Any]:
    """Publish a list that another person prepared."""
    return _view(await supported.publish_list(asked, list_id, digest=body.digest))


@supported_objects_api.post("/v1/supported-objects/{list_id}/drop", tags=["supported objects"], response_model=ListView)
async def drop_supported_objects(list_id: ListId, asked: AskedBy) -> dict[str, Any]:
    """Drop a prepared list."""
    return _view(await supported.drop_list(asked, list_id))


def _cover(cover: Cover) -> dict[str, Any]:
    return dict(vars(cover))


def _view(found: SupportedList) -> dict[str, Any]:
    lines = [_entry(at, entry) for at, entry in enumerate(found.entries, start=1)]
    return {**_cover(cover_of(found)), "entries": lines}


def _entry(position: int, entry: Entry) -> dict[str, Any]:
    return {
        "position": position,
        "kind": entry.kind,
        "id": show(PREFIX[entry.kind], entry.subject_id),
        "name": entry.name,
        "region": entry.region,
        "grounds": list(entry.grounds),
    }
