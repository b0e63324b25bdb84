"""Speaks HTTP for what every service has: documents, jobs, tasks, attempts and the sandbox's clock."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import attempts, clock, documents, election, jobs, problems, sandbox, tasks
from services.chassis.authorisation import ROLES, Grant, Permit, Table, grants
from services.chassis.bodies import StrictRequest
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router, service_of
from services.chassis.ids import DocumentId, JobId, Prefixed
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, After, Limit, Page
from services.chassis.refusals import NotFound, Reason
from services.chassis.timers import Progress, Timetable
from services.chassis.tokens import Caller
from services.standards.holding import Holder, Kind

STAFF = ("reviewer", "operator", "auditor")
EVERYBODY = tuple(Grant(role, "own") for role in ROLES if role not in STAFF) + grants("any", *STAFF)

Shared = Callable[[AsyncConnection, UUID], Awaitable[Sequence[tuple[Collection[UUID], str | None]]]]
"""To whom a document belongs besides its sender: the organisations and the region of each case that names it."""


async def shared_with_nobody(_: AsyncConnection, __: UUID) -> Sequence[tuple[Collection[UUID], str | None]]:
    """No case names documents here."""
    return ()


class DocumentView(StrictModel):
    """A document without its bytes. sha256 in hexadecimal; size in bytes."""

    id: DocumentId
    sha256: str
    media_type: str
    name: str
    size: int
    sent_at: Instant


class JobView(StrictModel):
    """Work under way or ended. done and total count its items; report is there when it ended.

    A fault in a report has its code, and its message in the reader's language.
    """

    id: JobId
    kind: str
    state: str
    done: int
    total: int | None
    report: dict[str, Any] | None
    created_at: Instant
    finished_at: Instant | None


class TaskView(StrictModel):
    """Something that waits for somebody."""

    id: Annotated[UUID, Prefixed("tsk")]
    kind: str
    subject_kind: str
    subject_id: UUID
    role: str
    region: str | None
    organization: HolderId | None
    opened_at: Instant
    due_at: Instant | None


class AttemptView(StrictModel):
    """A try at something that moves value."""

    id: Annotated[UUID, Prefixed("att")]
    operation: str
    caller: str
    organization: HolderId | None
    subject_kind: str | None
    subject_id: UUID | None
    idempotency_key: str | None
    outcome: str
    reasons: list[dict[str, Any]]
    request_id: str | None
    at: Instant


class AttemptFilter(StrictModel):
    """Which attempts to list."""

    subject_id: UUID | None = None
    idempotency_key: str | None = Field(default=None, max_length=255)
    outcome: Literal["done", "refused"] | None = None
    operation: str | None = Field(default=None, max_length=64)
    after: str | None = Field(default=None, max_length=CURSOR_MAX)
    limit: int = Field(default=PAGE_DEFAULT, ge=1, le=PAGE_MAX)


class ClockMove(StrictModel):
    """Where the sandbox's clock shall stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "2020-10-15T16:00:00Z"}]})

    to: Instant


def job_view(job: jobs.Job) -> JobView:
    """A job as shown."""
    return JobView(**{name: getattr(job, name) for name in JobView.model_fields})


def _document_view(document: documents.Document) -> DocumentView:
    return DocumentView(**{name: getattr(document, name) for name in DocumentView.model_fields})


def documents_router(prefix: str = "/v1", shared: Shared = shared_with_nobody) -> APIRouter:
    """Sending and reading documents under a service's prefix; ``shared`` says who reads a case's documents too."""
    documents_api = router()

    @documents_api.post(f"{prefix}/documents", status_code=status.HTTP_201_CREATED, tags=["documents"])
    async def send_document(
        request: StrictRequest, db: Db, permit: Permitted, name: Annotated[str, Query(min_length=1, max_length=200)]
    ) -> DocumentView:
        """Send a document as the raw body, its media type in Content-Type; the same bytes are the same document."""
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        sent = documents.Sent(await request.at_most(documents.SIZE_MAX), media_type, name)
        async with db.begin() as connection:
            kept = await documents.keep(
                connection, sent, organization=permit.caller.organization, sent_by=permit.caller.subject
            )
        return _document_view(kept)

    @documents_api.get(f"{prefix}/documents/{{document_id}}", tags=["documents"])
    async def get_document(document_id: DocumentId, db: Db, permit: Permitted) -> DocumentView:
        """What is known of a document."""
        async with db.read() as connection:
            return _document_view(await _readable(permit, connection, document_id, shared))

    @documents_api.get(f"{prefix}/documents/{{document_id}}/content", tags=["documents"], response_class=Response)
    async def get_document_content(document_id: DocumentId, db: Db, permit: Permitted) -> Response:
        """The bytes, always as a download."""
        async with db.read() as connection:
            document = await _readable(permit, connection, document_id, shared)
            body = await documents.content(connection, document_id)
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type=document.media_type, headers=headers)

    return documents_api


async def _readable(
    permit: Permit, connection: AsyncConnection, document_id: UUID, shared: Shared
) -> documents.Document:
    document = await documents.read(connection, document_id)
    if document.sent_by == permit.caller.subject or permit.covers(organizations=[document.organization]):
        return document
    for organizations, region in await shared(connection, document_id):
        if permit.covers(organizations=organizations, region=region):
            return document
    raise NotFound("document.unknown")


def jobs_router(prefix: str = "/v1") -> APIRouter:
    """Reading and resuming jobs under a service's prefix."""
    jobs_api = router()

    @jobs_api.get(f"{prefix}/jobs/{{job_id}}", tags=["jobs"])
    async def get_job(job_id: JobId, db: Db, permit: Permitted, request: Request) -> JobView:
        """State, progress and, at the end, the report of a job."""
        async with db.read() as connection:
            job = await jobs.read(connection, job_id)
        _own_job(permit, job)
        return _in_words(job_view(job), request)

    @jobs_api.post(f"{prefix}/jobs/{{job_id}}/resume", status_code=202, tags=["jobs"])
    async def resume_job(job_id: JobId, db: Db, permit: Permitted) -> JobView:
        """Go on with a failed job from its checkpoint."""
        async with db.begin() as connection:
            _own_job(permit, await jobs.read(connection, job_id))
            return job_view(await jobs.requeue(connection, job_id))

    return jobs_api


def _in_words(job: JobView, request: Request) -> JobView:
    """A job whose report says in the reader's language what each fault of its rows means."""
    if job.report is None or "faults" not in job.report:
        return job
    faults = [{**fault, "message": _message(fault, request)} for fault in job.report["faults"]]
    return job.model_copy(update={"report": {**job.report, "faults": faults}})


def _message(fault: dict[str, Any], request: Request) -> str:
    problem = service_of(request).all_problems[fault["code"]]
    language = problems.language_of(request.headers.get("accept-language"))
    return problems.message(problem, Reason(fault["code"], numbers=fault["numbers"]), language)


def _own_job(permit: Permit, job: jobs.Job) -> None:
    """Whose job it is: who asked for it, and every operator of the bureau in whose name it is done."""
    if permit.caller.subject != job.actor and not permit.covers(bureau=job.payload.get("bureau")):
        raise NotFound("job.unknown")


def tasks_router(prefix: str = "/v1") -> APIRouter:
    """The caller's open tasks under a service's prefix."""
    tasks_api = router()

    @tasks_api.get(f"{prefix}/tasks", tags=["tasks"])
    async def list_tasks(db: Db, permit: Permitted, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[TaskView]:
        """What waits for the caller, longest waiting first; the auditor sees all."""
        caller = permit.caller
        bounds = {name: getattr(caller, name) for name in ("region", "bureau", "treasury", "organization")}
        wanted = tasks.Wanted() if permit.everything else tasks.Wanted(caller.roles, **bounds)
        async with db.read() as connection:
            found, cursor = await tasks.find(connection, wanted, after=after, limit=limit)
        return Page(items=[_task_view(caller, task_id, task) for task_id, task in found], next_cursor=cursor)

    return tasks_api


def _task_view(caller: Caller, task_id: UUID, task: tasks.Task) -> TaskView:
    names = [name for name in TaskView.model_fields if name not in ("id", "organization")]
    of = _named(caller, task.organization)
    return TaskView(id=task_id, organization=of, **{name: getattr(task, name) for name in names})


def _named(caller: Caller, organization: UUID | None) -> Holder | None:
    """Of whom a row is, as the caller knows himself; the row does not say of which kind somebody else is."""
    if organization is None or organization == caller.organization:
        return None if organization is None else caller.holder
    return Holder(Kind.ORGANIZATION, organization)


def attempts_router(prefix: str = "/v1") -> APIRouter:
    """Every try, refused ones too, under a service's prefix."""
    attempts_api = router()

    @attempts_api.get(f"{prefix}/attempts", tags=["attempts"])
    async def list_attempts(
        db: Db,
        permit: Permitted,
        filters: Annotated[AttemptFilter, Query()],
    ) -> Page[AttemptView]:
        """What became of requests, newest first: one's own organisation's, or all for the auditor."""
        mine = None if permit.everything else [own] if isinstance(own := permit.bound("own"), UUID) else []
        wanted = attempts.Wanted(mine, filters.subject_id, filters.idempotency_key, filters.outcome, filters.operation)
        async with db.read() as connection:
            found, cursor = await attempts.find(connection, wanted, after=filters.after, limit=filters.limit)
        return Page(items=[_attempt_view(permit.caller, kept) for kept in found], next_cursor=cursor)

    return attempts_api


def _attempt_view(caller: Caller, kept: attempts.Kept) -> AttemptView:
    fields = {**vars(kept.attempt), "idempotency_key": kept.attempt.key}
    fields["organization"] = _named(caller, kept.attempt.organization)
    del fields["key"]
    fields["reasons"] = [attempts.reason_json(reason) for reason in kept.attempt.reasons]
    return AttemptView(id=kept.id, at=kept.at, **fields)


class ElectedView(StrictModel):
    """The worker that carries out what falls due, by host and process, and since when (real time)."""

    holder: str
    since: Instant


class TimerView(StrictModel):
    """Something that falls due by itself. late: what is next is due already. stuck_since: real time, while it is late
    or cannot tell when it is next due.
    """

    name: str
    next_due: Instant | None
    late: bool
    carried_out: int
    last_due: Instant | None
    last_run_at: Instant | None
    stuck_since: Instant | None
    stuck_why: str | None


class TimetableView(StrictModel):
    """All timers and who plays them; nobody is elected while no worker runs."""

    now: Instant
    elected: ElectedView | None
    timers: list[TimerView]


def timers_router(prefix: str = "/v1") -> APIRouter:
    """How far what falls due by itself has come, under a service's prefix; the service's state has its timetable."""
    timers_api = router()

    @timers_api.get(f"{prefix}/timers", tags=["jobs"])
    async def list_timers(db: Db, request: Request) -> TimetableView:
        """Every timer: what is due next, whether it is late, how much it carried out, and since when it is stuck."""
        timetable: Timetable = request.app.state.timetable
        async with db.read() as connection:
            now = await clock.business_now(connection)
            holder = await election.holder(connection, jobs.OFFICE)
            standing = await timetable.standing(connection, now)
        elected = None if holder is None else ElectedView(holder=holder.name, since=holder.since)
        return TimetableView(now=now, elected=elected, timers=[_timer_view(*one, now=now) for one in standing])

    return timers_api


def _timer_view(progress: Progress, next_due: datetime | None, *, now: datetime) -> TimerView:
    late = next_due is not None and next_due <= now
    come = {name: getattr(progress, name) for name in Progress.__dataclass_fields__}
    return TimerView(next_due=next_due, late=late, **come)


def sandbox_router() -> APIRouter:
    """Moving the clock of a sandbox."""
    sandbox_api = router()

    @sandbox_api.post("/v1/sandbox/clock", status_code=202, tags=["sandbox"])
    async def move_clock(body: ClockMove, db: Db, permit: Permitted) -> JobView:
        """Move the clock forward; the job ends when everything that falls due by then has been carried out."""
        return job_view(await sandbox.request_move(db, body.to, actor=permit.caller.subject))

    return sandbox_api


OTHERS = tuple(role for role in ROLES if role != "auditor")

SHARED_AUTHORISATION: Table = {
    "send_document": EVERYBODY,
    "get_document": EVERYBODY,
    "get_document_content": EVERYBODY,
    "get_job": grants("own", *OTHERS) + grants("bureau", "operator") + grants("any", "auditor"),
    "resume_job": grants("own", *OTHERS) + grants("bureau", "operator"),
    "list_tasks": tuple(Grant(role, "own") for role in ROLES if role != "auditor") + grants("any", "auditor"),
    "list_attempts": grants("own", "holder", "provider", "space") + grants("any", "auditor"),
    "list_events": grants("own", "holder", "provider", "space") + grants("any", "auditor"),
    "list_timers": grants("any", "operator", "auditor", "admin"),
    "move_clock": grants("any", "admin"),
}
