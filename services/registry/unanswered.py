"""Decides that what was asked of somebody until an instant is his task no longer once that instant has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.tables import Tasks

TASKS = Tasks.__table__
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
        open_ = (TASKS.c.role == self.role, TASKS.c.kind == self.kind, TASKS.c.closed_at.is_(None))
        earliest: datetime | None = (
            await connection.execute(select(func.min(TASKS.c.due_at)).where(*open_))
        ).scalar_one()
        return earliest

    async def run(self, database: Database, upto: datetime) -> int:
        """Close one batch, each as of the instant at which it was due; gives how many."""
        over = (TASKS.c.role == self.role, TASKS.c.kind == self.kind, TASKS.c.due_at <= upto)
        some = (
            select(TASKS.c.id)
            .where(*over, TASKS.c.closed_at.is_(None))
            .order_by(TASKS.c.due_at, TASKS.c.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, key_share=True)
        )
        async with database.begin() as connection:
            closed = update(TASKS).where(TASKS.c.id.in_(some)).values(closed_at=TASKS.c.due_at)
            return (await connection.execute(closed)).rowcount
