"""Decides that a provider's last admission is over, as of the end of its last day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.timers import Timetable
from services.registry.domain.provider import expire
from services.registry.operations.publication import tell_organizations
from services.registry.store import providers
from services.standards.calendar import end_of_day, local_date

BATCH = 100


@dataclass(frozen=True)
class ProviderExpiry:
    """Falls due when the last day of a provider's last admission is over in the zone."""

    zone: str
    name: str = "provider.expiry"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The end of the earliest last day (UTC); None when no admitted provider ever ends."""
        last_day = await providers.earliest_end(connection)
        return None if last_day is None else end_of_day(last_day, self.zone)

    async def run(self, database: Database, upto: datetime) -> int:
        """Expire one batch of providers, each as of the end of its own last day; gives how many."""
        last_day = local_date(upto, self.zone) - timedelta(days=1)
        async with database.begin() as connection:
            ending = await providers.ending(connection, last_day, limit=BATCH)
            for provider, ended_on in ending:
                due = end_of_day(ended_on, self.zone)
                today = local_date(due, self.zone)
                expired = expire(provider, today=today)
                await providers.save(connection, expired)
                decision = Decision(
                    subject_kind="provider",
                    subject_id=provider.id,
                    kind="expire",
                    outcome=expired.state.value,
                    actor=self.name,
                    at=due,
                    numbers={"from": provider.state.value, "to": expired.state.value, "until": ended_on.isoformat()},
                )
                await decisions.record(connection, [decision])
                await tell_organizations(connection, [provider.organization_id], at=due, today=today)
        return len(ending)


def timetable(zone: str) -> Timetable:
    """All that falls due by itself in the registry."""
    return Timetable([ProviderExpiry(zone)])
