"""Speaks HTTP for lists that are taken in."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import problems
from services.chassis.http import Db, answered, router, service_of, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId, JobId, Prefixed, show
from services.chassis.models import Instant, Line, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, After, Limit, Page
from services.chassis.refusals import Reason
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE
from services.registry.transfer.domain.importing import DOCUMENTS_MAX, MAPPING_MAX, ImportKind, Outcome
from services.registry.transfer.operations import imports
from services.registry.transfer.operations.imports import Progress, Wanted
from services.registry.transfer.store.imports import LineFilter, Told
from services.standards.spreadsheet import BOM, written

imports_api = router()

ImportId = Annotated[UUID, Prefixed("imp")]
HEAD = ("文件序号", "行号", "关键字", "结果", "编号", "规范与变更", "问题")
OUTCOMES = {
    Outcome.CREATED: "新增",
    Outcome.CHANGED: "变更",
    Outcome.UNCHANGED: "无变化",
    Outcome.REJECTED: "未受理",
}
PREFIXES = {ImportKind.ORGANIZATIONS: "org", ImportKind.SPACES: "spc", ImportKind.RESIDENCIES: "rsd"}


class NewImport(StrictModel):
    """Files, sent before as CSV or workbooks, of one kind of thing; dry run: only look.

    `mapping` says which field a header of one's own is; the usual headers in Chinese and English are known.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "organizations",
                    "documents": [DOCUMENT_EXAMPLE],
                    "mapping": {"组织机构": "name"},
                    "dry_run": True,
                }
            ]
        }
    )

    kind: ImportKind
    documents: list[DocumentId] = Field(min_length=1, max_length=DOCUMENTS_MAX)
    mapping: dict[Line, Line] = Field(default_factory=dict, max_length=MAPPING_MAX)
    dry_run: bool = False


class CountsView(StrictModel):
    """Lines looked at so far by outcome; normalised: those of which a cell was not taken as it stood."""

    lines: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    normalised: int


class ImportView(StrictModel):
    """An import; `total` is known once its files were read, `faults` say why it was refused as a whole."""

    id: ImportId
    kind: str
    documents: list[DocumentId]
    mapping: dict[str, str]
    dry_run: bool
    state: str
    job: JobId
    job_state: str
    total: int | None
    counts: CountsView
    faults: list[dict[str, Any]]
    requested_at: Instant
    ended_at: Instant | None


class ChangeView(StrictModel):
    """A cell that was normalised, by which rule; `recorded`: a fact that had another value before."""

    field: str
    before: str | None
    after: str | None
    rule: str


class LinesWanted(StrictModel):
    """Which lines are shown."""

    outcome: Outcome | None = None
    normalised: bool = Field(False, description="Only lines of which something was not taken as it stood.")
    after: str | None = Field(None, max_length=CURSOR_MAX, description="`next_cursor` of the page before.")
    limit: int = Field(PAGE_DEFAULT, ge=1, le=PAGE_MAX, description="Items a page.")


class LineView(StrictModel):
    """A line of an import. document: which of its files, from 1; row: as a spreadsheet counts.

    id: what it is about; faults: all that is wrong, each with its column and, in the reader's language, a message.
    """

    line: int
    document: int
    row: int
    key: str | None
    outcome: str
    id: str | None
    changes: list[ChangeView]
    faults: list[dict[str, Any]]


def view(shown: Progress) -> ImportView:
    """An import as shown."""
    one = shown.of
    named = ("id", "mapping", "dry_run", "requested_at", "ended_at")
    return ImportView(
        kind=one.kind.value,
        documents=list(one.documents),
        state=one.state.value,
        job=one.job_id,
        job_state=shown.job.state,
        total=shown.job.total,
        counts=CountsView(**{name: one.counts.get(name, 0) for name in CountsView.model_fields}),
        faults=[dict(fault) for fault in one.faults],
        **{name: getattr(one, name) for name in named},
    )


@imports_api.post("/v1/imports", status_code=202, response_model=ImportView, tags=["imports"])
async def create_import(
    body: NewImport, asked: AskedBy, keyed: Annotated[Keyed, under_key(view, status=202)]
) -> Response:
    """Take lists in, line by line; a line that is there already changes nothing, and a rejected one leaves no trace."""
    wanted = Wanted(body.kind, tuple(body.documents), body.mapping, body.dry_run)
    return answered(await imports.request(asked, keyed, wanted))


@imports_api.get("/v1/imports", tags=["imports"])
async def list_imports(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[ImportView]:
    """Imports, newest first."""
    found, cursor = await imports.list_imports(asked, after=after, limit=limit)
    return Page(items=[view(one) for one in found], next_cursor=cursor)


@imports_api.get("/v1/imports/{import_id}", tags=["imports"])
async def get_import(import_id: ImportId, asked: AskedBy) -> ImportView:
    """How far an import has come."""
    return view(await imports.read_import(asked, import_id))


@imports_api.get("/v1/imports/{import_id}/lines", tags=["imports"])
async def list_import_lines(
    import_id: ImportId, asked: AskedBy, request: Request, wanted: Annotated[LinesWanted, Query()]
) -> Page[LineView]:
    """What the lines that were looked at so far came to, in their order."""
    narrowed = LineFilter(wanted.outcome, wanted.normalised)
    of, found, cursor = await imports.list_lines(asked, import_id, narrowed, after=wanted.after, limit=wanted.limit)
    said = _said(request)
    return Page(items=[_line_view(of.kind, line, said) for line in found], next_cursor=cursor)


@imports_api.get(
    "/v1/imports/{import_id}/report",
    tags=["imports"],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "The lines as CSV in UTF-8."}},
)
async def get_import_report(import_id: ImportId, asked: AskedBy, db: Db, request: Request) -> StreamingResponse:
    """The same lines as one CSV file for a spreadsheet: no cell of it is ever carried out as a formula."""
    shown = await imports.read_import(asked, import_id)
    name = show("imp", import_id)
    return StreamingResponse(
        _report(shown.of.kind, imports.report(db, import_id), _said(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _said(request: Request) -> Callable[[Mapping[str, Any]], str]:
    """What a fault means, in the language of whoever reads."""
    known = service_of(request).all_problems
    language = problems.language_of(request.headers.get("accept-language"))
    return lambda fault: problems.message(
        known[fault["code"]], Reason(fault["code"], numbers=fault["numbers"]), language
    )


def _line_view(kind: ImportKind, line: Told, said: Callable[[Mapping[str, Any]], str]) -> LineView:
    return LineView(
        line=line.line,
        document=line.document,
        row=line.row,
        key=line.key,
        outcome=line.outcome.value,
        id=None if line.subject_id is None else show(PREFIXES[kind], line.subject_id),
        changes=[ChangeView(**asdict(change)) for change in line.changes],
        faults=[{**fault, "message": said(fault)} for fault in line.faults],
    )


async def _report(
    kind: ImportKind, pages: AsyncIterator[Sequence[Told]], said: Callable[[Mapping[str, Any]], str]
) -> AsyncIterator[str]:
    yield written([HEAD])
    async for page in pages:
        yield written([_row(_line_view(kind, line, said)) for line in page]).removeprefix(BOM)


def _row(line: LineView) -> tuple[str, ...]:
    changes = [f"{one.field}: {one.before} → {one.after} ({one.rule})" for one in line.changes]
    faults = [f"{(fault['pointer'] or '').removeprefix('/')} {fault['message']}".strip() for fault in line.faults]
    outcome = OUTCOMES[Outcome(line.outcome)]
    place = (str(line.document), str(line.row), line.key or "", outcome, line.id or "")
    return (*place, "\n".join(changes), "\n".join(faults))
