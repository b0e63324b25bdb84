"""Remembers what help warned spaces were given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.assessment.store.tables import AssessmentHelp

HELP = AssessmentHelp.__table__


@dataclass(frozen=True)
class Help:
    """Help 帮扶指导 that was given to a warned space on a day."""

    id: UUID
    assessment_id: UUID
    given_on: date
    account: str
    document_id: UUID


async def add_help(connection: AsyncConnection, given: Help, *, at: datetime, by: str) -> None:
    """Record help that was given."""
    await connection.execute(insert(HELP).values(**vars(given), recorded_at=at, recorded_by=by))


async def help_of(connection: AsyncConnection, assessment_id: UUID) -> list[Help]:
    """The help that was given after an assessment, the oldest first."""
    statement = select(HELP).where(HELP.c.assessment_id == assessment_id).order_by(HELP.c.id)
    return [
        Help(row.id, row.assessment_id, row.given_on, row.account, row.document_id)
        for row in await connection.execute(statement)
    ]
