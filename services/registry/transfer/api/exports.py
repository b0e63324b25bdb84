"""Speaks HTTP for lists that are given out."""

from typing import Annotated
from uuid import UUID

from fastapi.responses import StreamingResponse
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import JobId, Prefixed, show
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code
from services.registry.transfer.domain.exporting import Bounds, ExportFormat, ExportKind
from services.registry.transfer.domain.sheets import CSV, XLSX
from services.registry.transfer.operations import exports
from services.registry.transfer.operations.exports import Making

exports_api = router()

ExportId = Annotated[UUID, Prefixed("exp")]
MEDIA_TYPES = {ExportFormat.CSV: f"{CSV}; charset=utf-8", ExportFormat.XLSX: XLSX}


class NewExport(StrictModel):
    """What shall be given out: all that the caller may see, or less. region: with all that lies in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "spaces", "format": "xlsx", "region": "440700", "state": "recognised"}]
        }
    )

    kind: ExportKind
    format: ExportFormat
    region: Code | None = None
    state: Code | None = None


class ExportView(StrictModel):
    """An export; rows, size in bytes and sha256 in hexadecimal are known once it is ready. It is kept for a week."""

    id: ExportId
    kind: str
    format: str
    region: str | None
    state_wanted: str | None
    state: str
    job: JobId
    job_state: str
    done: int
    rows: int | None
    size: int | None
    sha256: str | None
    requested_at: Instant
    ready_at: Instant | None
    expires_at: Instant | None


def view(shown: Making) -> ExportView:
    """An export as shown."""
    one, made = shown.of, shown.of.made
    return ExportView(
        id=one.id,
        kind=one.kind.value,
        format=one.format.value,
        region=one.wanted.region,
        state_wanted=one.wanted.state,
        state=one.state.value,
        job=one.job_id,
        job_state=shown.job.state,
        done=shown.job.done,
        rows=None if made is None else made.rows,
        size=None if made is None else made.size,
        sha256=None if made is None else made.sha256,
        requested_at=one.requested_at,
        ready_at=one.ready_at,
        expires_at=one.expires_at,
    )


@exports_api.post("/v1/exports", status_code=202, response_model=ExportView, tags=["exports"])
async def create_export(
    body: NewExport, asked: AskedBy, keyed: Annotated[Keyed, under_key(view, status=202)]
) -> Response:
    """Write a list of what the caller may see into a file; no person stands in it."""
    wanted = Bounds(body.region, body.state)
    return answered(await exports.request(asked, keyed, body.kind, body.format, wanted))


@exports_api.get("/v1/exports", tags=["exports"])
async def list_exports(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[ExportView]:
    """The caller's exports, newest first."""
    found, cursor = await exports.list_exports(asked, after=after, limit=limit)
    return Page(items=[view(one) for one in found], next_cursor=cursor)


@exports_api.get("/v1/exports/{export_id}", tags=["exports"])
async def get_export(export_id: ExportId, asked: AskedBy) -> ExportView:
    """How far one of the caller's exports has come."""
    return view(await exports.read_export(asked, export_id))


@exports_api.get(
    "/v1/exports/{export_id}/content",
    tags=["exports"],
    response_class=StreamingResponse,
    responses={200: {"content": {CSV: {}, XLSX: {}}, "description": "The file."}},
)
async def get_export_content(export_id: ExportId, asked: AskedBy, db: Db) -> Response:
    """The file itself, to whoever asked for it."""
    one = (await exports.read_export(asked, export_id)).of
    made = one.file()
    name = f"{show('exp', one.id)}.{one.format.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(made.size),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(exports.pieces(db, one.id), media_type=MEDIA_TYPES[one.format], headers=headers)
