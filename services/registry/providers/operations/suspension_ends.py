"""Decides that a suspension is over: on its last day, or where no second person confirmed it in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.registry.parties.store.publishing import tell_organizations
from services.registry.providers.domain.provider import Provider, ProviderState, expire
from services.registry.providers.domain.suspension import Ending, Suspension, over
from services.registry.providers.store import providers, suspensions
from services.standards.calendar import local_date

BATCH = 100


@dataclass(frozen=True)
class SuspensionEnd:
    """Falls due when the last day of a suspension is over in the zone, or an urgent one was waited for long enough."""

    zone: str
    name: str = "provider.suspension_end"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next suspension ends or lapses (UTC); None when none is in force."""
        return await suspensions.earliest_end(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """End one batch of suspensions, each as of its own end; gives how many."""
        async with database.begin() as connection:
            ending = await suspensions.ending(connection, upto, limit=BATCH)
            for due, group in groupby(ending, key=lambda one: one[0]):
                await self._end(connection, [suspension for _, suspension in group], due)
        return len(ending)

    async def _end(self, connection: AsyncConnection, ending: Sequence[Suspension], due: datetime) -> None:
        """Those that end at the same instant, in as many statements as one of them would take."""
        today = local_date(due, self.zone)
        ended = [over(one, Ending(self.name, due)) for one in ending]
        suspended = await providers.of_ids(connection, [one.provider_id for one in ending])
        back = [_resumed(provider, today) for provider in suspended]
        await suspensions.save_all(connection, ended)
        await providers.save_all(connection, back)
        await tasks.close_tasks(connection, [one.id for one in ended], at=due)
        told = [*(self._case(one, due) for one in ended), *(self._back(one, due) for one in back)]
        await decisions.record(connection, told)
        await tell_organizations(connection, [one.organization_id for one in back], at=due, today=today)

    def _case(self, case: Suspension, due: datetime) -> Decision:
        state = case.state.value
        return Decision("suspension", case.id, "end", state, self.name, due, rule="due process of a suspension")

    def _back(self, provider: Provider, due: datetime) -> Decision:
        moved = {"from": ProviderState.SUSPENDED.value, "to": provider.state.value}
        return Decision("provider", provider.id, "resume", provider.state.value, self.name, due, numbers=moved)


def _resumed(provider: Provider, today: date) -> Provider:
    return expire(replace(provider, state=ProviderState.ADMITTED), today=today)
