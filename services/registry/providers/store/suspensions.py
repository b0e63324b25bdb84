"""Remembers the cases against providers, step by step, and which of them end by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.providers.domain.suspension import (
    OPEN,
    Answer,
    Ending,
    Suspension,
    SuspensionKind,
    SuspensionState,
    Verdict,
)
from services.registry.providers.store.providers import PROVIDERS
from services.registry.providers.store.tables import Suspensions

SUSPENSIONS = Suspensions.__table__


async def add(connection: AsyncConnection, suspension: Suspension) -> None:
    """Record a case as it was opened."""
    values = {
        "id": suspension.id,
        "provider_id": suspension.provider_id,
        "kind": suspension.kind.value,
        "reason": suspension.reason,
        "document_id": suspension.document_id,
        "opened_by": suspension.opened_by,
        "opened_at": suspension.opened_at,
        "due_at": suspension.due_at,
    }
    await connection.execute(insert(SUSPENSIONS).values({**values, **_steps(suspension)}))


async def save_all(connection: AsyncConnection, changed: Sequence[Suspension]) -> None:
    """Write down how far cases came; whoever does holds the organisation of each provider."""
    await bulk.update_all(connection, SUSPENSIONS, [{"id": one.id, **_steps(one)} for one in changed])


async def running(connection: AsyncConnection, provider_id: UUID) -> Suspension | None:
    """The case that runs against a provider, if there is one: never two at a time."""
    table = SUSPENSIONS.c
    open_ = (table.provider_id == provider_id, table.state.in_([state.value for state in OPEN]))
    row = (await connection.execute(select(SUSPENSIONS).where(*open_))).one_or_none()
    return None if row is None else _suspension(row)


async def of_provider(connection: AsyncConnection, provider_id: UUID) -> list[Suspension]:
    """All cases against a provider, oldest first; they are few."""
    statement = select(SUSPENSIONS).where(SUSPENSIONS.c.provider_id == provider_id).order_by(SUSPENSIONS.c.id)
    return [_suspension(row) for row in await connection.execute(statement)]


async def earliest_end(connection: AsyncConnection) -> datetime | None:
    """When the next suspension ends or lapses by itself (UTC)."""
    earliest: datetime | None = (await connection.execute(select(func.min(SUSPENSIONS.c.ends_at)))).scalar_one()
    return earliest


async def ending(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[tuple[datetime, Suspension]]:
    """Suspensions with their end at or before an instant, in that order; they and the organisations are locked.

    One whose organisation somebody else holds is skipped.
    """
    statement = (
        select(SUSPENSIONS)
        .join(PROVIDERS, PROVIDERS.c.id == SUSPENSIONS.c.provider_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
        .where(SUSPENSIONS.c.ends_at <= upto)
        .order_by(SUSPENSIONS.c.ends_at, SUSPENSIONS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=(ORGANIZATIONS, SUSPENSIONS))
    )
    return [(row.ends_at, _suspension(row)) for row in await connection.execute(statement)]


def _steps(suspension: Suspension) -> dict[str, Any]:
    said, verdict, ending_ = suspension.answer, suspension.verdict, suspension.ending
    return {
        "state": suspension.state.value,
        "answer": said and said.text,
        "answer_document_id": said and said.document_id,
        "answered_by": said and said.by,
        "answered_at": said and said.at,
        "decision": verdict and verdict.reason,
        "decision_document_id": verdict and verdict.document_id,
        "decided_by": verdict and verdict.by,
        "decided_at": verdict and verdict.at,
        "until_on": verdict and verdict.until,
        "ends_at": suspension.ends_at,
        "ended_by": ending_ and ending_.by,
        "ended_at": ending_ and ending_.at,
    }


def _suspension(row: Any) -> Suspension:
    said = Answer(row.answered_by, row.answered_at, row.answer, row.answer_document_id) if row.answered_by else None
    verdict = (
        Verdict(row.decided_by, row.decided_at, row.decision, row.decision_document_id, row.until_on)
        if row.decided_by
        else None
    )
    return Suspension(
        id=row.id,
        provider_id=row.provider_id,
        kind=SuspensionKind(row.kind),
        reason=row.reason,
        document_id=row.document_id,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        due_at=row.due_at,
        state=SuspensionState(row.state),
        answer=said,
        verdict=verdict,
        ends_at=row.ends_at,
        ending=Ending(row.ended_by, row.ended_at) if row.ended_by else None,
    )
