"""Remembers what everybody may read of assessments: which grade a space was given for a year."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.regions import lies_in
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.store.assessments import ASSESSMENTS
from services.registry.spaces.store.spaces import SPACES


@dataclass(frozen=True)
class Published:
    """A published result, without whom the space belongs to and what it reported."""

    id: UUID
    year: int
    name: str
    region: str
    grade: str
    published_at: datetime


async def find(
    connection: AsyncConnection, *, year: int | None, region: str | None, after: UUID | None, limit: int
) -> list[Published]:
    """Published results by id, at most ``limit``; region: in which the space lies."""
    table = ASSESSMENTS.c
    statement = (
        select(table.id, table.year, SPACES.c.name, SPACES.c.region, table.grade, table.published_at)
        .join(SPACES, SPACES.c.id == table.space_id)
        .where(table.state == AssessmentState.PUBLISHED.value)
        .order_by(table.id)
        .limit(limit)
    )
    if year is not None:
        statement = statement.where(table.year == year)
    if region is not None:
        statement = statement.where(lies_in(SPACES.c.region, region))
    if after is not None:
        statement = statement.where(table.id > after)
    return [Published(**row._mapping) for row in await connection.execute(statement)]
