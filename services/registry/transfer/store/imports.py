"""Remembers imports, and what each of their lines came to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.attempts import reason_json
from services.chassis.refusals import Reason
from services.registry.transfer.domain.importing import (
    Change,
    Earlier,
    FileHeading,
    Import,
    ImportKind,
    ImportState,
    Judged,
    Outcome,
)
from services.registry.transfer.store.tables import ImportLines, Imports

IMPORTS = Imports.__table__
LINES = ImportLines.__table__
COUNTS = ("lines", *(outcome.value for outcome in Outcome), "normalised")
_EARLIER = bulk.Statement(
    select(LINES.c.natural_key, LINES.c.line, LINES.c.digest, LINES.c.subject_id)
    .where(LINES.c.import_id == text(":import_id"), LINES.c.outcome != Outcome.REJECTED.value)
    .where(bulk.among(LINES.c.natural_key))
    .order_by(LINES.c.line.desc())
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an import as it is told: where it stood, what it came to, what was changed, what is wrong."""

    line: int
    document: int
    row: int
    key: str | None
    outcome: Outcome
    subject_id: UUID | None
    changes: tuple[Change, ...]
    faults: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines are shown: of an outcome, or those of which a cell was normalised."""

    outcome: Outcome | None = None
    normalised: bool = False


async def add(connection: AsyncConnection, one: Import) -> None:
    """Record an import."""
    named = ("id", "dry_run", "job_id", "client", "requested_by", "requested_at", "as_of")
    values = {name: getattr(one, name) for name in named}
    told = {"kind": one.kind.value, "documents": list(one.documents), "mapping": dict(one.mapping)}
    begun: dict[str, Any] = {"state": one.state.value, "faults": [], "headers": [], **dict.fromkeys(COUNTS, 0)}
    await connection.execute(insert(IMPORTS).values({**values, **told, **begun}))


async def known(connection: AsyncConnection, import_id: UUID) -> Import:
    """One import that is known to be there."""
    return _import((await connection.execute(select(IMPORTS).where(IMPORTS.c.id == import_id))).one())


async def read(connection: AsyncConnection, import_id: UUID) -> Import | None:
    """One import."""
    row = (await connection.execute(select(IMPORTS).where(IMPORTS.c.id == import_id))).one_or_none()
    return None if row is None else _import(row)


async def lock(connection: AsyncConnection, import_id: UUID) -> Import:
    """Lock an import that is known to be there."""
    statement = select(IMPORTS).where(IMPORTS.c.id == import_id).with_for_update(key_share=True)
    return _import((await connection.execute(statement)).one())


async def find(connection: AsyncConnection, *, after: UUID | None, limit: int) -> list[Import]:
    """Imports, newest first, at most ``limit``."""
    statement = select(IMPORTS).order_by(IMPORTS.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(IMPORTS.c.id < after)
    return [_import(row) for row in await connection.execute(statement)]


async def understood(connection: AsyncConnection, import_id: UUID, headers: Sequence[FileHeading]) -> None:
    """Write down how the headers of an import's files are understood."""
    told = [asdict(one) for one in headers]
    await connection.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(headers=told))


async def count(connection: AsyncConnection, import_id: UUID, counts: Mapping[str, int]) -> None:
    """Add what a batch of a locked import came to."""
    more = {name: IMPORTS.c[name] + counts[name] for name in COUNTS}
    await connection.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(more))


async def end(connection: AsyncConnection, import_id: UUID, *, at: datetime, faults: Sequence[Reason] = ()) -> None:
    """Write down that an import is done, or why it was refused."""
    state = ImportState.REFUSED if faults else ImportState.DONE
    ended = {"state": state.value, "ended_at": at, "faults": [reason_json(fault) for fault in faults]}
    await connection.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(ended))


async def earlier(connection: AsyncConnection, import_id: UUID, keys: Sequence[str]) -> dict[str, Earlier]:
    """The first line of each of these keys that was not rejected, by key."""
    rows = await _EARLIER.rows(connection, {"import_id": import_id, "ids": list(keys)})
    return {row["natural_key"]: Earlier(row["line"], row["digest"], row["subject_id"]) for row in rows}


async def add_lines(connection: AsyncConnection, one: Import, judged: Sequence[Judged]) -> None:
    """Write down what lines came to."""
    await bulk.insert_all(connection, LINES, [_row(one, line) for line in judged])


async def lines(
    connection: AsyncConnection, import_id: UUID, wanted: LineFilter, *, after: int, limit: int
) -> list[Told]:
    """Lines of an import in their order, at most ``limit``."""
    statement = select(LINES).where(LINES.c.import_id == import_id, LINES.c.line > after)
    if wanted.outcome is not None:
        statement = statement.where(LINES.c.outcome == wanted.outcome.value)
    if wanted.normalised:
        statement = statement.where(text("changes <> '[]'"))
    return [_told(row) for row in await connection.execute(statement.order_by(LINES.c.line).limit(limit))]


def _row(of: Import, one: Judged) -> dict[str, Any]:
    line = one.line
    return {
        "import_id": of.id,
        "line": line.line,
        "document": line.document,
        "row": line.row,
        "natural_key": line.key,
        "digest": line.digest,
        "outcome": one.outcome.value,
        "subject_id": one.subject_id,
        "changes": [asdict(change) for change in one.changes],
        "faults": [reason_json(fault) for fault in one.faults],
    }


def _told(row: Any) -> Told:
    changes = tuple(Change(**change) for change in row.changes)
    place = (row.line, row.document, row.row, row.natural_key)
    return Told(*place, Outcome(row.outcome), row.subject_id, changes, tuple(row.faults))


def _import(row: Any) -> Import:
    return Import(
        id=row.id,
        kind=ImportKind(row.kind),
        documents=tuple(row.documents),
        mapping=row.mapping,
        dry_run=row.dry_run,
        job_id=row.job_id,
        client=row.client,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        as_of=row.as_of,
        state=ImportState(row.state),
        counts={name: getattr(row, name) for name in COUNTS},
        faults=tuple(row.faults),
        headers=tuple(FileHeading(**heading) for heading in row.headers),
        ended_at=row.ended_at,
    )
