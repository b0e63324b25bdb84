"""Remembers the cases by which spaces are revoked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.spaces.domain.revocation import Answer, Revocation, RevocationState, Verdict
from services.registry.spaces.store.tables import Revocations

REVOCATIONS = Revocations.__table__
RUNNING = (RevocationState.PROPOSED.value, RevocationState.ANSWERED.value)


async def add(connection: AsyncConnection, case: Revocation) -> None:
    """Record a case."""
    fixed = ("id", "space_id", "reason", "clause", "document_id", "proposed_by", "proposed_at", "due_at")
    values = {**{name: getattr(case, name) for name in fixed}, **_values(case)}
    await connection.execute(insert(REVOCATIONS).values(values))


async def save(connection: AsyncConnection, case: Revocation) -> None:
    """Write down a case, whose space is locked, as it is now."""
    await connection.execute(update(REVOCATIONS).where(REVOCATIONS.c.id == case.id).values(_values(case)))


async def running(connection: AsyncConnection, space_id: UUID) -> Revocation | None:
    """The case against a space that waits to be decided."""
    wanted = (REVOCATIONS.c.space_id == space_id, REVOCATIONS.c.state.in_(RUNNING))
    found = await _all(connection, select(REVOCATIONS).where(*wanted))
    return found[0] if found else None


async def read(connection: AsyncConnection, space_id: UUID, case_id: UUID) -> Revocation | None:
    """One case against a space."""
    wanted = (REVOCATIONS.c.space_id == space_id, REVOCATIONS.c.id == case_id)
    found = await _all(connection, select(REVOCATIONS).where(*wanted))
    return found[0] if found else None


async def against(
    connection: AsyncConnection, space_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Revocation]:
    """The cases against a space, by id, at most ``limit``."""
    statement = select(REVOCATIONS).where(REVOCATIONS.c.space_id == space_id).order_by(REVOCATIONS.c.id).limit(limit)
    return await _all(connection, statement if after is None else statement.where(REVOCATIONS.c.id > after))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Revocation]:
    return [_case(row) for row in await connection.execute(statement)]


def _values(case: Revocation) -> dict[str, Any]:
    answer, verdict = case.answer, case.verdict
    return {
        "state": case.state.value,
        "answer": None if answer is None else answer.text,
        "answered_by": None if answer is None else answer.by,
        "answered_at": None if answer is None else answer.at,
        "decided_by": None if verdict is None else verdict.by,
        "decided_at": None if verdict is None else verdict.at,
        "decision": None if verdict is None else verdict.reason,
    }


def _case(row: Any) -> Revocation:
    return Revocation(
        id=row.id,
        space_id=row.space_id,
        reason=row.reason,
        clause=row.clause,
        document_id=row.document_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        due_at=row.due_at,
        state=RevocationState(row.state),
        answer=None if row.answer is None else Answer(row.answer, row.answered_by, row.answered_at),
        verdict=None if row.decided_by is None else Verdict(row.decided_by, row.decided_at, row.decision),
    )
