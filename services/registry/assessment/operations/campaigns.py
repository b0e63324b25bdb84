"""Takes a campaign from its draft through its opening, and gives one up: who is assessed, who is not, and why."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages, tasks
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.assessment import OVER, Assessment
from services.registry.assessment.domain.campaign import (
    SPACES_MOST,
    Campaign,
    Omission,
    cancel,
    day_faults,
    later_faults,
    omission,
    open_campaign,
)
from services.registry.assessment.domain.dossier import campaign_document
from services.registry.assessment.domain.indicator_system import IndicatorSystem, SystemState, in_force_faults
from services.registry.assessment.store import assessments, campaigns, systems
from services.registry.assessment.store.campaigns import CampaignFilter
from services.registry.assessment.store.settling import Turns, open_turns, settle
from services.registry.assessment.store.steps import campaign_step, campaign_task
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue
from services.registry.evidence import missing
from services.registry.sight import Sight
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store import recognitions, spaces
from services.standards.calendar import end_of_day


async def record_campaign(asked: Asked, campaign: Campaign) -> Document:
    """Draft a campaign.

    Refusal with all faults: days, region, an indicator system that is not in force, a later year that is published;
    ``campaign.duplicate`` when the region has one for the year.
    """
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        system = await systems.read(connection, campaign.system_id)
        refuse_all(
            [
                *missing("indicator_system", [("/indicator_system", system is not None)]),
                *_system_faults(system),
                *region_faults(campaign.region, regions=await catalogue.regions(connection), pointer="/region"),
                *day_faults(campaign),
                *later_faults(campaign, await campaigns.every(connection)),
            ]
        )
        if not await campaigns.add(connection, campaign, at=now, by=asked.actor):
            raise Refusal("campaign.duplicate", pointer="/region", numbers={"year": campaign.year})
        due = end_of_day(campaign.opens_on - timedelta(days=1), asked.settings.zone)
        await campaign_task(connection, campaign, "open_campaign", at=now, due_at=due)
        return campaign_document(campaign, inside=asked.inside)


async def begin_campaign(asked: Asked, campaign_id: UUID) -> Document:
    """Open a campaign: one assessment for each space of the region that was recognised on the last day of the year.

    Whoever is left out stands on a list with the reason; all campaigns are locked, so that of a city's and a county's
    that begin at once one knows whom the other assesses. NotFound ``campaign.unknown``; Refusal ``campaign.state``,
    ``campaign.not_today``, ``campaign.spaces``.
    """
    async with asked.database.begin() as connection:
        campaign = there((await campaigns.lock_all(connection)).get(campaign_id))
        now = await business_now(connection)
        everywhere = Sight(region=campaign.region)
        found = await spaces.find(connection, everywhere, region=None, after=None, limit=SPACES_MOST + 1)
        opened = open_campaign(campaign, today=asked.day_of(now), spaces=len(found))
        left_out = await _left_out(connection, campaign, [one.id for one in found])
        made = [
            Assessment(id=new_id(), campaign_id=campaign.id, space_id=one.id, year=campaign.year)
            for one in found
            if left_out[one.id] is None
        ]
        await campaigns.save(connection, opened)
        await tasks.close_tasks(connection, [campaign_id], at=now)
        await campaigns.add_omissions(connection, campaign_id, {one: why for one, why in left_out.items() if why})
        await assessments.add_all(connection, made, at=now)
        act = Act("open", now, asked.day_of(now), asked.actor, request_id=asked.request_id)
        due = end_of_day(campaign.closes_on, asked.settings.zone)
        await open_turns(connection, made, act, Turns(_by_id(found), due))
        numbers = {"assessed": len(made), "left_out": len(found) - len(made)}
        await campaign_step(connection, campaign, opened, act, numbers)
        return campaign_document(opened, inside=asked.inside)


async def give_up_campaign(asked: Asked, campaign_id: UUID, *, reason: str) -> Document:
    """Give a campaign up before it is published: its year was not assessed.

    NotFound ``campaign.unknown``; Refusal ``campaign.state`` and faults of the reason.
    """
    async with asked.database.begin() as connection:
        campaign = await hold_campaign(connection, campaign_id)
        locked = await assessments.lock_of_campaign(connection, campaign_id)
        now = await business_now(connection)
        cancelled = cancel(campaign, reason=reason)
        act = Act("cancel", now, asked.day_of(now), asked.actor, reason, request_id=asked.request_id)
        changed = [(one, life.cancel(one)) for one in locked if one.state not in OVER]
        await settle(connection, changed, await systems.facts(connection, campaign.system_id), act, Turns({}))
        await campaigns.save(connection, cancelled)
        await tasks.close_tasks(connection, [campaign_id], at=now)
        await campaign_step(connection, campaign, cancelled, act, {"assessments": len(changed)})
        return campaign_document(cancelled, inside=asked.inside)


async def read_campaign(asked: Asked, campaign_id: UUID) -> Document:
    """Show a campaign; NotFound ``campaign.unknown``."""
    async with asked.database.read() as connection:
        return campaign_document(await see_campaign(connection, campaign_id), inside=asked.inside)


async def list_campaigns(
    asked: Asked, wanted: CampaignFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the campaigns, and its next cursor."""
    async with asked.database.read() as connection:
        found = await campaigns.find(connection, wanted, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [campaign_document(one, inside=asked.inside) for one in page], cursor


async def list_omissions(
    asked: Asked, campaign_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the spaces in sight that a campaign does not assess, with why; NotFound ``campaign.unknown``."""
    async with asked.database.read() as connection:
        await see_campaign(connection, campaign_id)
        last = pages.only_id(after)
        found = await campaigns.omissions(connection, campaign_id, asked.sight, after=last, limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one[0].hex,))
    return [{"space": show("spc", space_id), "why": why.value} for space_id, why in page], cursor


async def hold_campaign(connection: AsyncConnection, campaign_id: UUID) -> Campaign:
    """Lock a campaign; NotFound ``campaign.unknown``."""
    return there(await campaigns.lock(connection, campaign_id))


async def see_campaign(connection: AsyncConnection, campaign_id: UUID) -> Campaign:
    """Read a campaign; NotFound ``campaign.unknown``."""
    return there(await campaigns.read(connection, campaign_id))


def there(campaign: Campaign | None) -> Campaign:
    """Give a campaign that was looked for; NotFound ``campaign.unknown``."""
    if campaign is None:
        raise NotFound("campaign.unknown")
    return campaign


async def _left_out(
    connection: AsyncConnection, campaign: Campaign, ids: Sequence[UUID]
) -> dict[UUID, Omission | None]:
    held = await recognitions.of_spaces(connection, ids)
    taken = await assessments.assessed(connection, ids, campaign.year)
    return {one: omission(held[one], year=campaign.year, elsewhere=one in taken) for one in ids}


def _system_faults(system: IndicatorSystem | None) -> list[Reason]:
    return [] if system is None else in_force_faults(system, SystemState.PUBLISHED, "use", "/indicator_system")


def _by_id(found: Sequence[Space]) -> dict[UUID, Space]:
    return {one.id: one for one in found}
