"""Decides that reports are over at the end of their last day: who sent none has failed, who did not correct is judged.

Each falls due as of the end of the local day, whenever the timer runs.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.timers import Timer
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.assessment import Assessment, AssessmentState
from services.registry.assessment.domain.campaign import Campaign, close
from services.registry.assessment.domain.figure import counted
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.store import assessments, campaigns, counts, systems
from services.registry.assessment.store.settling import Change, Turns, settle
from services.registry.assessment.store.steps import campaign_step, campaign_task
from services.registry.spaces.domain.act import Act
from services.registry.spaces.store import spaces
from services.standards.calendar import end_of_day, local_date

BATCH = 100


@dataclass(frozen=True)
class CampaignClose:
    """Falls due when the last day for reports of a campaign is over in the zone. review_days: to announce results."""

    zone: str
    review_days: int
    name: str = "campaign.close"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The end of the earliest last day (UTC); None when no campaign is open."""
        last_day = await campaigns.earliest_close(connection)
        return None if last_day is None else end_of_day(last_day, self.zone)

    async def run(self, database: Database, upto: datetime) -> int:
        """Close one campaign, and fail whoever has not reported; gives how many were closed."""
        async with database.begin() as connection:
            campaign = await campaigns.lock_closing(connection, local_date(upto, self.zone) - timedelta(days=1))
            if campaign is None:
                return 0
            await self._close(connection, campaign)
        return 1

    async def _close(self, connection: AsyncConnection, campaign: Campaign) -> None:
        due = end_of_day(campaign.closes_on, self.zone)
        act = Act("close", due, local_date(due, self.zone), self.name)
        locked = await assessments.lock_of_campaign(connection, campaign.id)
        silent = [one for one in locked if one.state is AssessmentState.OPEN]
        system = await systems.facts(connection, campaign.system_id)
        await settle(connection, await _missed(connection, campaign, silent, system), system, act, Turns({}))
        closed = close(campaign)
        await campaigns.save(connection, closed)
        announce_by = end_of_day(act.today + timedelta(days=self.review_days), self.zone)
        await campaign_task(connection, closed, "announce_campaign", at=due, due_at=announce_by)
        await campaign_step(connection, campaign, closed, act, {"unreported": len(silent)})


async def _missed(
    connection: AsyncConnection, campaign: Campaign, silent: list[Assessment], system: SystemFacts
) -> list[Change]:
    counts_of = await counts.of_year(connection, [one.space_id for one in silent], campaign.year)
    return [(one, life.miss(one, counted(system, counts_of[one.space_id]))) for one in silent]


@dataclass(frozen=True)
class ReturnLapse:
    """Falls due when the last day for the correction of a returned report is over. review_days: to review it."""

    zone: str
    review_days: int
    name: str = "assessment.return_lapse"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The end of the earliest last day (UTC); None when no report is returned."""
        last_day = await assessments.earliest_return(connection)
        return None if last_day is None else end_of_day(last_day, self.zone)

    async def run(self, database: Database, upto: datetime) -> int:
        """Let a batch of reports stand as they were first sent, each as of its own last day; gives how many."""
        last_day = local_date(upto, self.zone) - timedelta(days=1)
        async with database.begin() as connection:
            lapsing = await assessments.lock_lapsing(connection, last_day, limit=BATCH)
            for one in lapsing:
                await self._lapse(connection, one, one.returned_until or last_day)
        return len(lapsing)

    async def _lapse(self, connection: AsyncConnection, returned: Assessment, last_day: date) -> None:
        due = end_of_day(last_day, self.zone)
        act = Act("lapse", due, local_date(due, self.zone), self.name)
        campaign = await campaigns.current(connection, returned.campaign_id)
        system = await systems.facts(connection, campaign.system_id)
        space = await spaces.read(connection, returned.space_id)
        homes = {} if space is None else {space.id: space}
        review_by = end_of_day(act.today + timedelta(days=self.review_days), self.zone)
        await settle(connection, [(returned, life.lapse(returned))], system, act, Turns(homes, review_by))


def timers(zone: str, *, review_days: int) -> list[Timer]:
    """All that falls due by itself in assessments."""
    return [CampaignClose(zone, review_days), ReturnLapse(zone, review_days)]
