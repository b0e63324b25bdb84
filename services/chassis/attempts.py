"""Remembers every try at something that moves value, refused ones too, for support and audit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Reason
from services.chassis.tables import Attempts

ATTEMPTS = Attempts.__table__
log = structlog.get_logger(__name__)
AS_OF_NOW = (("at", func.business_now()),)


@dataclass(frozen=True)
class Attempt:
    """One try: by whom (caller and organisation), at what (subject), under which key, and how it ended."""

    operation: str
    caller: str
    organization: UUID | None
    subject_kind: str | None
    subject_id: UUID | None
    key: str | None
    outcome: Literal["done", "refused"]
    reasons: tuple[Reason, ...] = ()
    request_id: str | None = None

    def done(self, object_id: UUID | None) -> "Attempt":
        """The same try, carried out; its object becomes its subject where it had none."""
        return replace(self, outcome="done", reasons=(), subject_id=self.subject_id or object_id)

    def refused(self, reasons: Sequence[Reason]) -> "Attempt":
        """The same try, refused."""
        return replace(self, outcome="refused", reasons=tuple(reasons))


@dataclass(frozen=True)
class Kept:
    """An attempt as it was kept. at: business time, UTC."""

    id: UUID
    attempt: Attempt
    at: datetime


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as stored and shown."""
    return {
        "code": reason.code,
        "rule": reason.rule,
        "pointer": reason.pointer,
        "numbers": dict(reason.numbers),
        "clause": reason.clause,
    }


async def record(connection: AsyncConnection, attempts: Sequence[Attempt]) -> None:
    """Append attempts in one statement, each as of now by the business clock."""
    rows = [
        {**vars(attempt), "id": new_id(), "reasons": [reason_json(reason) for reason in attempt.reasons]}
        for attempt in attempts
    ]
    await bulk.insert_all(connection, ATTEMPTS, rows, computed=AS_OF_NOW)


async def keep_refused(database: Database, refused: Sequence[Attempt]) -> None:
    """Keep refused attempts, in a transaction of their own: the refused one rolled back.

    The refusals are told all the same when that one fails: they stand, whether or not they could be written down.
    """
    if not refused:
        return
    try:
        async with database.begin() as connection:
            await record(connection, refused)
    except Exception:
        requests, operations = ({getattr(one, name) for one in refused} for name in ("request_id", "operation"))
        log.exception(
            "attempt.not_kept", attempts=len(refused), request_ids=list(requests), operations=list(operations)
        )


@dataclass(frozen=True)
class Wanted:
    """Which attempts to list; None means any."""

    organizations: Sequence[UUID] | None = None
    subject_id: UUID | None = None
    key: str | None = None
    outcome: str | None = None
    operation: str | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[Kept], str | None]:
    """A page of attempts, newest first, and its next cursor."""
    statement = select(ATTEMPTS).order_by(ATTEMPTS.c.at.desc(), ATTEMPTS.c.id.desc()).limit(limit + 1)
    if wanted.organizations is not None:
        statement = statement.where(ATTEMPTS.c.organization.in_(wanted.organizations))
    for column, value in (
        (ATTEMPTS.c.subject_id, wanted.subject_id),
        (ATTEMPTS.c.key, wanted.key),
        (ATTEMPTS.c.outcome, wanted.outcome),
        (ATTEMPTS.c.operation, wanted.operation),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        at, identifier = pages.instant_and_id(after)
        statement = statement.where(tuple_(ATTEMPTS.c.at, ATTEMPTS.c.id) < (at, identifier))
    kept = [_kept(row._mapping) for row in await connection.execute(statement)]
    return pages.cut(kept, limit, lambda item: (item.at.isoformat(), str(item.id)))


def _kept(row: Any) -> Kept:
    fields = dict(row)
    identifier, at = fields.pop("id"), fields.pop("at")
    del fields["xact"]
    fields["reasons"] = tuple(Reason(**reason) for reason in fields["reasons"])
    return Kept(identifier, Attempt(**fields), at)
