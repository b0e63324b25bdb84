"""Remembers campaigns, and which spaces of their region they leave out and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.assessment.domain.campaign import Campaign, CampaignState, Omission
from services.registry.assessment.store.tables import Campaigns, Omissions
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.store.spaces import SPACES

CAMPAIGNS = Campaigns.__table__
OMISSIONS = Omissions.__table__
_OPEN = CAMPAIGNS.c.state == CampaignState.OPEN.value


@dataclass(frozen=True)
class CampaignFilter:
    """Which campaigns a list shows: each bound that is given narrows it."""

    year: int | None = None
    region: str | None = None
    state: str | None = None


async def add(connection: AsyncConnection, campaign: Campaign, *, at: datetime, by: str) -> bool:
    """Record a campaign; False when the region has one for the year that is not given up."""
    fixed = {"id": campaign.id, "year": campaign.year, "system_id": campaign.system_id, "region": campaign.region}
    days = {"opens_on": campaign.opens_on, "closes_on": campaign.closes_on, "objection_days": campaign.objection_days}
    values = {**fixed, **days, **_values(campaign), "made_at": at, "made_by": by}
    statement = insert(CAMPAIGNS).values(values).on_conflict_do_nothing().returning(CAMPAIGNS.c.id)
    return (await connection.execute(statement)).first() is not None


async def save(
    connection: AsyncConnection, campaign: Campaign, *, published_at: datetime | None = None, paper: UUID | None = None
) -> None:
    """Write down a locked campaign as it is now; when it is published, when and by which document."""
    published = {} if published_at is None else {"published_at": published_at, "document_id": paper}
    statement = update(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign.id)
    await connection.execute(statement.values({**_values(campaign), **published}))


async def lock(connection: AsyncConnection, campaign_id: UUID) -> Campaign | None:
    """Lock one campaign."""
    statement = select(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id).with_for_update(key_share=True)
    return await _one(connection, statement)


async def lock_all(connection: AsyncConnection) -> dict[UUID, Campaign]:
    """Lock all campaigns there are, in the order of their ids: years are published one after the other."""
    statement = select(CAMPAIGNS).order_by(CAMPAIGNS.c.id).with_for_update(key_share=True)
    return {row.id: _campaign(row) for row in await connection.execute(statement)}


async def lock_closing(connection: AsyncConnection, last_day: date) -> Campaign | None:
    """Lock the open campaign that ends first, not after a day; one that somebody holds is passed over."""
    statement = select(CAMPAIGNS).where(_OPEN, CAMPAIGNS.c.closes_on <= last_day)
    earliest = statement.order_by(CAMPAIGNS.c.closes_on, CAMPAIGNS.c.id).limit(1)
    return await _one(connection, earliest.with_for_update(key_share=True, skip_locked=True))


async def earliest_close(connection: AsyncConnection) -> date | None:
    """The earliest last day among open campaigns."""
    earliest: date | None = (
        await connection.execute(select(func.min(CAMPAIGNS.c.closes_on)).where(_OPEN))
    ).scalar_one()
    return earliest


async def read(connection: AsyncConnection, campaign_id: UUID) -> Campaign | None:
    """One campaign."""
    return await _one(connection, select(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id))


async def current(connection: AsyncConnection, campaign_id: UUID) -> Campaign:
    """A campaign that is known to be there."""
    return _campaign((await connection.execute(select(CAMPAIGNS).where(CAMPAIGNS.c.id == campaign_id))).one())


async def every(connection: AsyncConnection) -> list[Campaign]:
    """All campaigns: there are as many as regions and years."""
    return [_campaign(row) for row in await connection.execute(select(CAMPAIGNS).order_by(CAMPAIGNS.c.id))]


async def find(
    connection: AsyncConnection, wanted: CampaignFilter, *, after: UUID | None, limit: int
) -> list[Campaign]:
    """Campaigns by id, at most ``limit``."""
    table = CAMPAIGNS.c
    statement = select(CAMPAIGNS).order_by(table.id).limit(limit)
    for column, value in ((table.year, wanted.year), (table.region, wanted.region), (table.state, wanted.state)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(table.id > after)
    return [_campaign(row) for row in await connection.execute(statement)]


async def add_omissions(connection: AsyncConnection, campaign_id: UUID, left_out: Mapping[UUID, Omission]) -> None:
    """Write down which spaces are not assessed, and why."""
    rows = [{"campaign_id": campaign_id, "space_id": one, "why": why.value} for one, why in left_out.items()]
    await bulk.insert_all(connection, OMISSIONS, rows)


async def omissions(
    connection: AsyncConnection, campaign_id: UUID, sight: Sight, *, after: UUID | None, limit: int
) -> list[tuple[UUID, Omission]]:
    """The spaces in sight that a campaign leaves out, by id, at most ``limit``."""
    statement = (
        select(OMISSIONS.c.space_id, OMISSIONS.c.why)
        .join(SPACES, SPACES.c.id == OMISSIONS.c.space_id)
        .where(OMISSIONS.c.campaign_id == campaign_id)
        .order_by(OMISSIONS.c.space_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(OMISSIONS.c.space_id > after)
    if not sight.everything:
        statement = statement.where(region_in_sight(SPACES.c.region, sight.region))
    return [(row.space_id, Omission(row.why)) for row in await connection.execute(statement)]


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Campaign | None:
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _campaign(row)


def _values(campaign: Campaign) -> dict[str, Any]:
    return {
        "state": campaign.state.value,
        "objections_until": campaign.objections_until,
        "announced_by": campaign.announced_by,
        "published_by": campaign.published_by,
    }


def _campaign(row: Any) -> Campaign:
    return Campaign(
        id=row.id,
        year=row.year,
        system_id=row.system_id,
        region=row.region,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        objection_days=row.objection_days,
        state=CampaignState(row.state),
        objections_until=row.objections_until,
        announced_by=row.announced_by,
        published_by=row.published_by,
    )
