"""Decides which assessment an operation may lock or read: only one that whoever asks may see."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.assessment.domain.assessment import Assessment
from services.registry.assessment.domain.campaign import Campaign
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.store import assessments, campaigns, systems
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store import spaces


@dataclass(frozen=True)
class Case:
    """An assessment with what it is judged by and whose it is."""

    assessment: Assessment
    campaign: Campaign
    system: SystemFacts
    space: Space


async def hold_assessment(connection: AsyncConnection, asked: Asked, assessment_id: UUID) -> Case:
    """Lock an assessment that the caller may see; NotFound ``assessment.unknown``.

    Its campaign is read after that lock, and is not locked itself: who announces or publishes changes it under the
    locks of all its assessments.
    """
    seen = await see_assessment(connection, asked, assessment_id)
    locked = await assessments.lock(connection, assessment_id)
    campaign = await campaigns.current(connection, locked.campaign_id)
    return Case(locked, campaign, seen.system, seen.space)


async def see_assessment(connection: AsyncConnection, asked: Asked, assessment_id: UUID) -> Case:
    """Read an assessment that the caller may see: his organisation runs the space, or it lies in his region."""
    found = await assessments.read(connection, assessment_id)
    space = None if found is None else await spaces.read(connection, found.space_id)
    if found is None or space is None:
        raise NotFound("assessment.unknown")
    asked.permit.require("assessment.unknown", organizations=[space.facts.operator_id], region=space.facts.region)
    campaign = await campaigns.current(connection, found.campaign_id)
    return Case(found, campaign, await systems.facts(connection, campaign.system_id), space)
