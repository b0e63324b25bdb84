"""Decides that a provider's last admission is over, as of the end of its last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.registry.parties.store.publishing import tell_organizations
from services.registry.providers.domain.provider import Provider, expire
from services.registry.providers.store import providers
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
            for ended_on, group in groupby(ending, key=lambda one: one[1]):
                await self._expire(connection, [provider for provider, _ in group], ended_on)
        return len(ending)

    async def _expire(self, connection: AsyncConnection, ending: Sequence[Provider], ended_on: date) -> None:
        """Those with the same last day, in as many statements as one of them would take."""
        due = end_of_day(ended_on, self.zone)
        today = local_date(due, self.zone)
        expired = [expire(provider, today=today) for provider in ending]
        await providers.save_all(connection, expired)
        await decisions.record(
            connection,
            [
                Decision(
                    subject_kind="provider",
                    subject_id=before.id,
                    kind="expire",
                    outcome=after.state.value,
                    actor=self.name,
                    at=due,
                    numbers={"from": before.state.value, "to": after.state.value, "until": ended_on.isoformat()},
                )
                for before, after in zip(ending, expired, strict=True)
            ],
        )
        await tell_organizations(connection, [one.organization_id for one in expired], at=due, today=today)
