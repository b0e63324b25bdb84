"""Speaks HTTP for lists that are taken in."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
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
from services.chassis.models import Day, Instant, Line, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, After, Limit, Page
from services.chassis.refusals import Reason
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE
from services.registry.transfer.domain.importing import (
    DOCUMENTS_MAX,
    MAPPING_MAX,
    RECORDED,
    FileHeading,
    Import,
    ImportKind,
    Outcome,
)
from services.registry.transfer.operations import imports
from services.registry.transfer.operations.imports import Progress, Wanted
from services.registry.transfer.operations.kinds import KINDS
from services.registry.transfer.store.imports import LineFilter, Told
from services.standards.spreadsheet import BOM, written

imports_api = router()

Fault = Mapping[str, Any]
Said = Callable[[Fault], tuple[str, str]]
"""What a fault means and what can be done, in the language of whoever reads."""
ImportId = Annotated[UUID, Prefixed("imp")]
HEAD = ("文件序号", "行号", "关键字", "结果", "编号", "规范与变更", "问题")
OUTCOMES = {
    Outcome.CREATED: "新增",
    Outcome.CHANGED: "变更",
    Outcome.UNCHANGED: "无变化",
    Outcome.REJECTED: "未受理",
}
IGNORED = "未识别的表头，该列未导入"
RULES = {
    RECORDED: "原有登记",
    "composed": "组合字符",
    "invisible": "不可见字符",
    "blanks": "空格",
    "full_width": "全角字符",
    "separators": "连接符",
    "capitals": "大写",
    "traditional": "繁体字",
    "serial_day": "日期序号",
    "form": "书写格式",
    "currency": "币种符号",
    "grouping": "千位分隔符",
    "unit": "金额单位",
    "word": "用词",
    "region_name": "区域名称",
}
"""What the rules of changes are called in the report, which is a Chinese sheet."""
PREFIXES = {
    ImportKind.ORGANIZATIONS: "org",
    ImportKind.SPACES: "spc",
    ImportKind.RESIDENCIES: "rsd",
    ImportKind.REGISTER_ENTRIES: "rge",
}


class NewImport(StrictModel):
    """Files, sent before as CSV or workbooks, of one kind of thing; dry run: only look.

    `mapping` says which field a header of one's own is; `GET /v1/imports/columns` tells the fields, the headers known
    for each, and what their cells may say. The import's `headers` tell how each header was understood. as_of: the local
    day of which an extract of an official register (`register_entries`) tells; it alone has one.
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
    as_of: Day | None = None


class CountsView(StrictModel):
    """Lines looked at so far by outcome; normalised: those of which a cell was not taken as it stood."""

    lines: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    normalised: int


class HeadingView(StrictModel):
    """How a header of a file was understood. field null: it was not known, and its column ignored; unit: of money."""

    document: int
    header: str
    field: str | None
    unit: str | None


class ColumnView(StrictModel):
    """A column that a list may have. headers: how it may be headed, beside its field; choices: all that its cells may
    say, null where that is not one of a few words.
    """

    field: str
    headers: list[str]
    required: bool
    choices: list[str] | None


class ColumnsView(StrictModel):
    """The columns of a kind of list."""

    kind: ImportKind
    items: list[ColumnView]


class ImportView(StrictModel):
    """An import; `total` and `headers`: once its files were read; `faults`: why it was refused as a whole."""

    id: ImportId
    kind: str
    documents: list[DocumentId]
    mapping: dict[str, str]
    dry_run: bool
    as_of: date | None
    state: str
    job: JobId
    job_state: str
    total: int | None
    counts: CountsView
    headers: list[HeadingView]
    faults: list[dict[str, Any]]
    requested_by: str
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


def view(shown: Progress, said: Said | None = None) -> ImportView:
    """An import as shown; said: what its faults mean in the reader's language."""
    one = shown.of
    named = ("id", "mapping", "dry_run", "as_of", "requested_by", "requested_at", "ended_at")
    return ImportView(
        kind=one.kind.value,
        documents=list(one.documents),
        state=one.state.value,
        job=one.job_id,
        job_state=shown.job.state,
        total=shown.job.total,
        counts=CountsView(**{name: one.counts.get(name, 0) for name in CountsView.model_fields}),
        headers=[HeadingView(**asdict(heading)) for heading in one.headers],
        faults=[dict(fault) if said is None else _in_words(fault, said) for fault in one.faults],
        **{name: getattr(one, name) for name in named},
    )


@imports_api.post("/v1/imports", status_code=202, response_model=ImportView, tags=["imports"])
async def create_import(
    body: NewImport, asked: AskedBy, keyed: Annotated[Keyed, under_key(view, status=202)]
) -> Response:
    """Take lists in, line by line; a line that is there already changes nothing, and a rejected one leaves no trace."""
    wanted = Wanted(body.kind, tuple(body.documents), body.mapping, body.dry_run, body.as_of)
    return answered(await imports.request(asked, keyed, wanted))


@imports_api.get("/v1/imports/columns", tags=["imports"])
async def list_import_columns(asked: AskedBy, kind: ImportKind) -> ColumnsView:
    """Which columns a list of a kind may have, how each may be headed, and what its cells may say."""
    known = [ColumnView(**vars(column)) for column in await imports.columns(asked, kind)]
    return ColumnsView(kind=kind, items=known)


@imports_api.get("/v1/imports", tags=["imports"])
async def list_imports(
    asked: AskedBy, request: Request, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[ImportView]:
    """Imports, newest first."""
    found, cursor = await imports.list_imports(asked, after=after, limit=limit)
    return Page(items=[view(one, _said(request)) for one in found], next_cursor=cursor)


@imports_api.get("/v1/imports/{import_id}", tags=["imports"])
async def get_import(import_id: ImportId, asked: AskedBy, request: Request) -> ImportView:
    """How far an import has come."""
    return view(await imports.read_import(asked, import_id), _said(request))


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
        _report(shown.of, imports.report(db, import_id), _said(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _said(request: Request) -> Said:
    known = service_of(request).all_problems
    language = problems.language_of(request.headers.get("accept-language"))

    def said(fault: Fault) -> tuple[str, str]:
        problem = known[fault["code"]]
        message = problems.message(problem, Reason(fault["code"], numbers=fault["numbers"]), language)
        return message, problem.remedy_zh if language == "zh-CN" else problem.remedy_en

    return said


def _in_words(fault: Fault, said: Said) -> dict[str, Any]:
    message, remedy = said(fault)
    return {**fault, "message": message, "remedy": remedy}


def _line_view(kind: ImportKind, line: Told, said: Said) -> LineView:
    return LineView(
        line=line.line,
        document=line.document,
        row=line.row,
        key=line.key,
        outcome=line.outcome.value,
        id=None if line.subject_id is None else show(PREFIXES[kind], line.subject_id),
        changes=[ChangeView(**asdict(change)) for change in line.changes],
        faults=[{**fault, "message": said(fault)[0]} for fault in line.faults],
    )


async def _report(of: Import, pages: AsyncIterator[Sequence[Told]], said: Said) -> AsyncIterator[str]:
    yield written([HEAD, *(_unknown(heading) for heading in of.headers if heading.field is None)])
    async for page in pages:
        yield written([_row(of, _line_view(of.kind, line, said)) for line in page]).removeprefix(BOM)


def _unknown(heading: FileHeading) -> tuple[str, ...]:
    """The line of a header that was not known: whoever reads the report sees that its column says nothing."""
    return (str(heading.document), "", heading.header, IGNORED, "", "", "")


def _row(of: Import, line: LineView) -> tuple[str, ...]:
    names = _names(of, line.document)
    changes = [f"{names[one.field]}：{one.before} → {one.after}（{RULES[one.rule]}）" for one in line.changes]
    faults = [f"{names.get((fault['pointer'] or '')[1:], '')} {fault['message']}".strip() for fault in line.faults]
    outcome = OUTCOMES[Outcome(line.outcome)]
    place = (str(line.document), str(line.row), line.key or "", outcome, line.id or "")
    return (*place, "\n".join(changes), "\n".join(faults))


def _names(of: Import, document: int) -> dict[str, str]:
    """What the fields are called in a file: by its own headers, and by the usual Chinese one where it has none."""
    own = {one.field: one.header for one in of.headers if one.document == document and one.field is not None}
    return {column.field: column.word for column in KINDS[of.kind].columns} | own
