"""Decides that the file of an export is over, seven days after it was made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.registry.transfer.store import exports

BATCH = 20


@dataclass(frozen=True)
class ExportExpiry:
    """Falls due when the week of an export is over."""

    name: str = "export.expiry"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the first of those that are ready is over."""
        return await exports.earliest_end(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Let a batch of files go; gives how many."""
        async with database.begin() as connection:
            return await exports.expire(connection, upto, limit=BATCH)
