"""Takes orders for imports, and shows what became of them and of each of their lines."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents, idempotency, jobs, pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.jobs import Job
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.evidence import missing
from services.registry.transfer.domain.importing import Import, ImportKind
from services.registry.transfer.domain.register_lines import day_faults
from services.registry.transfer.domain.sheets import CSV, XLSX
from services.registry.transfer.operations.kinds import KINDS
from services.registry.transfer.operations.taking import JOB, known_now
from services.registry.transfer.store import imports
from services.registry.transfer.store.imports import LineFilter, Told
from services.standards.digits import all_digits

REPORT_PAGE = 2_000
LINE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be taken in: files that were sent before; mapping: fields by headers beside those that are known.

    as_of: the local day of which an extract of a register tells.
    """

    kind: ImportKind
    documents: tuple[UUID, ...]
    mapping: Mapping[str, str]
    dry_run: bool
    as_of: date | None = None


@dataclass(frozen=True)
class Known:
    """A column that a list may have: how it may be headed, and what its cells may say where that is a few words."""

    field: str
    headers: list[str]
    required: bool
    choices: list[str] | None


@dataclass(frozen=True, slots=True)
class Progress:
    """An import with the job that carries it out."""

    of: Import
    job: Job


async def request(asked: Asked, keyed: Keyed, wanted: Wanted) -> Answer:
    """Put an import on the table of jobs; Refusal with all faults of its files and its mapping."""
    async with asked.database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        now = await business_now(connection)
        dated = day_faults(wanted.kind, wanted.as_of, today=asked.day_of(now))
        refuse_all([*await _file_faults(connection, asked, wanted.documents), *_mapping_faults(wanted), *dated])
        ordered = await order(connection, wanted, client=asked.permit.caller.subject, by=asked.actor, at=now)
        return await idempotency.record(connection, keyed, ordered, ordered.of.id)


async def order(connection: AsyncConnection, wanted: Wanted, *, client: str, by: str, at: datetime) -> Progress:
    """Put an import in which nothing is wrong on the table of jobs; client and by: account and person, at: UTC."""
    identifier = new_id()
    job = await jobs.enqueue(connection, JOB, {"import_id": str(identifier)}, actor=client)
    ordered = Import(
        id=identifier,
        kind=wanted.kind,
        documents=wanted.documents,
        mapping=wanted.mapping,
        dry_run=wanted.dry_run,
        job_id=job.id,
        client=client,
        requested_by=by,
        requested_at=at,
        as_of=wanted.as_of,
    )
    await imports.add(connection, ordered)
    return Progress(ordered, job)


async def columns(asked: Asked, kind: ImportKind) -> list[Known]:
    """Give the columns that a list of a kind may have."""
    known = await known_now(asked.database, asked.settings.zone)
    few = KINDS[kind].choices(known)
    return [
        Known(one.field, list(one.words), one.required, list(few[one.field]) if one.field in few else None)
        for one in KINDS[kind].columns
    ]


async def read_import(asked: Asked, import_id: UUID) -> Progress:
    """Show an import with its job; NotFound ``import.unknown``."""
    async with asked.database.read() as connection:
        one = await _there(connection, import_id)
        return Progress(one, await jobs.read(connection, one.job_id))


async def list_imports(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Progress], str | None]:
    """Show a page of the imports, newest first, and its next cursor."""
    async with asked.database.read() as connection:
        found = await imports.find(connection, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [Progress(one, await jobs.read(connection, one.job_id)) for one in page], cursor


async def list_lines(
    asked: Asked, import_id: UUID, wanted: LineFilter, *, after: str | None, limit: int
) -> tuple[Import, list[Told], str | None]:
    """Show an import, a page of the lines looked at so far, and its next cursor; NotFound ``import.unknown``."""
    last = _line(after)
    async with asked.database.read() as connection:
        one = await _there(connection, import_id)
        found = await imports.lines(connection, import_id, wanted, after=last, limit=limit + 1)
    return one, *pages.cut(found, limit, lambda line: (str(line.line),))


async def report(database: Database, import_id: UUID) -> AsyncIterator[Sequence[Told]]:
    """Give the lines that were looked at so far, some thousand at a time; lines never change once they are there."""
    last = 0
    while True:
        async with database.read() as connection:
            found = await imports.lines(connection, import_id, LineFilter(), after=last, limit=REPORT_PAGE)
        if not found:
            return
        yield found
        last = found[-1].line


def _line(cursor: str | None) -> int:
    """The line after which a page begins; Refusal ``page.cursor``."""
    if cursor is None:
        return 0
    (number,) = pages.decode(cursor, 1)
    if not all_digits(number) or not 0 < len(number) <= LINE_DIGITS:
        raise Refusal("page.cursor", pointer="/after")
    return int(number)


async def _there(connection: AsyncConnection, import_id: UUID) -> Import:
    one = await imports.read(connection, import_id)
    if one is None:
        raise NotFound("import.unknown")
    return one


async def _file_faults(connection: AsyncConnection, asked: Asked, wanted: Sequence[UUID]) -> list[Reason]:
    """List the files that the caller did not send, that are named twice, or that are no table."""
    known = await documents.known(connection, wanted)
    mine = {one.id for one in known.values() if one.sent_by == asked.permit.caller.subject}
    rule = "a list comes as CSV or as a workbook, each file once"
    named = [(f"/documents/{place}", document_id) for place, document_id in enumerate(wanted)]
    twice = [pointer for place, (pointer, one) in enumerate(named) if one in wanted[:place]]
    others = [pointer for pointer, one in named if one in mine and known[one].media_type not in (CSV, XLSX)]
    return [
        *missing("document", [(pointer, one in mine) for pointer, one in named]),
        *(Reason("import.file_twice", rule=rule, pointer=pointer) for pointer in twice),
        *(Reason("import.file_type", rule=rule, pointer=pointer) for pointer in others),
    ]


def _mapping_faults(wanted: Wanted) -> list[Reason]:
    columns = {column.field: column.word for column in KINDS[wanted.kind].columns}
    known = ", ".join(f"{field} {word}" for field, word in columns.items())
    rule = "a header is mapped to a field of its kind"
    return [
        Reason(
            "import.mapping",
            rule=rule,
            pointer="/mapping",
            numbers={"field": field, "header": header[:60], "known": known},
        )
        for header, field in wanted.mapping.items()
        if field not in columns
    ]
