"""Reads what waits for somebody."""

from uuid import UUID

from services.chassis import tasks
from services.chassis.database import Database
from services.chassis.tasks import Wanted


async def tasks_of(database: Database, subject_id: UUID) -> list[str]:
    """The kinds of the open tasks of a subject."""
    async with database.read() as connection:
        found, _ = await tasks.find(connection, Wanted(), after=None, limit=200)
    return [task.kind for _, task in found if task.subject_id == subject_id]
