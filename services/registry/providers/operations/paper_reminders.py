"""Decides that a paper ends soon, and asks its provider for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.database import Database
from services.chassis.tasks import Task
from services.registry.providers.domain.provider import APPLIES_AGAIN
from services.registry.providers.domain.qualification import Qualification, QualificationState
from services.registry.providers.store import providers, qualifications
from services.registry.providers.store.publishing import RENEW
from services.standards.calendar import end_of_day

BATCH = 100


@dataclass(frozen=True)
class PaperReminder:
    """Falls due some days before the last day of a confirmed paper that proves who a provider is."""

    zone: str
    name: str = "provider.paper_reminder"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next paper is asked for (UTC); None when nobody waits for one."""
        return await qualifications.earliest_reminder(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Ask for one batch of papers, each as of its own instant; gives how many."""
        async with database.begin() as connection:
            due = await qualifications.reminding(connection, upto, limit=BATCH)
            await qualifications.relieve(connection, due)
            await tasks.open_tasks(connection, await self._asking(connection, due))
        return len(due)

    async def _asking(self, connection: AsyncConnection, due: Sequence[Qualification]) -> list[Task]:
        """A task for the provider of each paper that still holds; none where it is no provider any more."""
        owners = {one.id: one for one in await providers.of_ids(connection, [paper.provider_id for paper in due])}
        return [
            Task(
                RENEW,
                "qualification",
                paper.id,
                "provider",
                paper.reminds_at,
                None if paper.period.until is None else end_of_day(paper.period.until, self.zone),
                organization=owners[paper.provider_id].organization_id,
            )
            for paper in due
            if paper.reminds_at is not None
            and paper.state is QualificationState.CONFIRMED
            and owners[paper.provider_id].state not in APPLIES_AGAIN
        ]
