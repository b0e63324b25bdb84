"""Decides that what was asked of somebody until an instant is his task no longer once that instant has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.database import Database

BATCH = 256


@dataclass(frozen=True)
class Unanswered:
    """Falls due with the open tasks of a kind and role: whoever said nothing in time cannot any more."""

    kind: str
    role: str

    @property
    def name(self) -> str:
        """What falls due, for logs and progress."""
        return f"task.{self.kind}"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next of these tasks is over (UTC); None when none is open."""
        return await tasks.earliest_due(connection, self.kind, self.role)

    async def run(self, database: Database, upto: datetime) -> int:
        """Close one batch, each as of the instant at which it was due; gives how many."""
        async with database.begin() as connection:
            return await tasks.close_due(connection, self.kind, self.role, upto=upto, limit=BATCH)
