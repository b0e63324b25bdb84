"""Remembers the certificates that providers sent, and what was decided on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.catalogue.domain.period import Period
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.providers.domain.qualification import Qualification, QualificationState
from services.registry.providers.store.tables import Providers, Qualifications

QUALIFICATIONS = Qualifications.__table__
PROVIDERS = Providers.__table__


async def add(connection: AsyncConnection, qualification: Qualification, *, at: datetime) -> None:
    """Record a certificate as it was sent."""
    values = {
        "id": qualification.id,
        "provider_id": qualification.provider_id,
        "kind": qualification.kind,
        "number": qualification.number,
        "issuer": qualification.issuer,
        "from_on": qualification.period.start,
        "until_on": qualification.period.until,
        "document_id": qualification.document_id,
        "recorded_at": at,
        "recorded_by": qualification.sent_by,
    }
    await connection.execute(insert(QUALIFICATIONS).values({**values, **_decided(qualification)}))


async def save(connection: AsyncConnection, qualification: Qualification) -> None:
    """Write down what was decided on a certificate; whoever does holds its provider's organisation."""
    statement = update(QUALIFICATIONS).where(QUALIFICATIONS.c.id == qualification.id)
    await connection.execute(statement.values(_decided(qualification)))


async def of_provider(connection: AsyncConnection, provider_id: UUID) -> list[Qualification]:
    """All certificates of a provider, oldest first; they are few."""
    table = QUALIFICATIONS.c
    statement = select(QUALIFICATIONS).where(table.provider_id == provider_id).order_by(table.id)
    return [_qualification(row) for row in await connection.execute(statement)]


async def earliest_reminder(connection: AsyncConnection) -> datetime | None:
    """When the next paper is asked for (UTC); None when nobody waits for one."""
    earliest: datetime | None = (await connection.execute(select(func.min(QUALIFICATIONS.c.reminds_at)))).scalar_one()
    return earliest


async def reminding(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[Qualification]:
    """Papers whose next one is asked for at or before an instant, in that order; they and the organisations are locked.

    One whose organisation somebody else holds is skipped.
    """
    statement = (
        select(QUALIFICATIONS)
        .join(PROVIDERS, PROVIDERS.c.id == QUALIFICATIONS.c.provider_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
        .where(QUALIFICATIONS.c.reminds_at <= upto)
        .order_by(QUALIFICATIONS.c.reminds_at, QUALIFICATIONS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=(ORGANIZATIONS, QUALIFICATIONS))
    )
    return [_qualification(row) for row in await connection.execute(statement)]


async def relieve(connection: AsyncConnection, papers: Sequence[Qualification]) -> None:
    """Write down that nobody waits any more for the next ones of locked papers."""
    await bulk.update_all(connection, QUALIFICATIONS, [{"id": one.id, "reminds_at": None} for one in papers])


def _decided(qualification: Qualification) -> dict[str, Any]:
    return {
        "state": qualification.state.value,
        "decided_by": qualification.decided_by,
        "decided_at": qualification.decided_at,
        "reason": qualification.reason,
        "ended_on": qualification.ended_on,
        "reminds_at": qualification.reminds_at,
    }


def _qualification(row: Any) -> Qualification:
    return Qualification(
        id=row.id,
        provider_id=row.provider_id,
        kind=row.kind,
        number=row.number,
        issuer=row.issuer,
        period=Period(row.from_on, row.until_on),
        document_id=row.document_id,
        sent_by=row.recorded_by,
        state=QualificationState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        ended_on=row.ended_on,
        reminds_at=row.reminds_at,
    )
