"""Remembers why something was decided: the rule, its numbers and its clause, in the deciding transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.ids import new_id
from services.chassis.tables import Decisions

DECISIONS = Decisions.__table__


@dataclass(frozen=True)
class Decision:
    """One decision on one subject. outcome: what was decided; rule and clause: by what right; numbers: from what."""

    subject_kind: str
    subject_id: UUID
    kind: str
    outcome: str
    actor: str
    at: datetime
    rule: str | None = None
    clause: str | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    scheme_version: UUID | None = None
    request_id: str | None = None


async def record(connection: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Append decisions in one statement."""
    rows = [{**vars(decision), "numbers": dict(decision.numbers), "id": new_id()} for decision in decisions]
    await bulk.insert_all(connection, DECISIONS, rows)


async def of_subject(connection: AsyncConnection, subject_id: UUID) -> list[Decision]:
    """All decisions on one subject, oldest first."""
    return (await of_subjects(connection, [subject_id]))[subject_id]


async def of_subjects(connection: AsyncConnection, subject_ids: Collection[UUID]) -> dict[UUID, list[Decision]]:
    """All decisions on each of these subjects, oldest first."""
    columns = [column for column in DECISIONS.c if column.name not in ("id", "xact")]
    rows = await connection.execute(
        select(*columns).where(DECISIONS.c.subject_id.in_(subject_ids)).order_by(DECISIONS.c.at, DECISIONS.c.id)
    )
    found: dict[UUID, list[Decision]] = {subject_id: [] for subject_id in subject_ids}
    for row in rows:
        found[row.subject_id].append(Decision(**row._mapping))
    return found
