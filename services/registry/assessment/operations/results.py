"""Announces a campaign's results, publishes them by a second person, and carries out what follows from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.clock import business_now
from services.chassis.refusals import Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.assessment import JUDGED, Assessment, AssessmentState
from services.registry.assessment.domain.campaign import (
    Campaign,
    Outcome,
    announce,
    earlier_faults,
    later_faults,
    publish,
)
from services.registry.assessment.domain.consequence import CLAUSES, Consequence, consequence, failed_before
from services.registry.assessment.domain.dossier import campaign_document, results_document
from services.registry.assessment.domain.scoring import Grade
from services.registry.assessment.operations.campaigns import hold_campaign, see_campaign, there
from services.registry.assessment.store import assessments, campaigns, systems
from services.registry.assessment.store.settling import Turns, settle
from services.registry.assessment.store.steps import campaign_step, campaign_task
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.parties.store import organizations
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.space import Space
from services.registry.spaces.store import recognitions, spaces
from services.registry.spaces.store.revoking import revoke
from services.standards.calendar import end_of_day

REVOKED_BECAUSE = "连续两年年度考核不合格"


@dataclass(frozen=True)
class Proof:
    """By what a person publishes: the digest he was shown, and the document of the decision."""

    digest: str
    document_id: UUID


async def announce_results(asked: Asked, campaign_id: UUID) -> Document:
    """Tell every space its result, which it may object to for some working days.

    NotFound ``campaign.unknown``; Refusal ``campaign.state``, ``campaign.unreviewed``, ``calendar.not_loaded``.
    """
    async with asked.database.begin() as connection:
        campaign = await hold_campaign(connection, campaign_id)
        locked = await assessments.lock_of_campaign(connection, campaign_id)
        now = await business_now(connection)
        unjudged = sum(one.state not in JUDGED for one in locked)
        calendar = await catalogue.working_days(connection)
        today = asked.day_of(now)
        announced = announce(campaign, unjudged=unjudged, by=asked.actor, today=today, calendar=calendar)
        act = Act("announce", now, today, asked.actor, request_id=asked.request_id)
        changed = [(one, life.announce(one)) for one in locked]
        await settle(connection, changed, await systems.facts(connection, campaign.system_id), act, Turns({}))
        await campaigns.save(connection, announced)
        due = end_of_day(
            (announced.objections_until or today) + timedelta(days=asked.settings.review_days), asked.settings.zone
        )
        await campaign_task(connection, announced, "publish_campaign", at=now, due_at=due)
        await campaign_step(connection, campaign, announced, act, {"announced": len(locked)})
        return campaign_document(announced, inside=asked.inside)


async def read_results(asked: Asked, campaign_id: UUID) -> Document:
    """Show what a campaign comes to and what would follow, with the digest of it.

    NotFound ``campaign.unknown``; Refusal ``campaign.unreviewed`` as long as a result is missing.
    """
    async with asked.database.read() as connection:
        campaign = await see_campaign(connection, campaign_id)
        found = await assessments.of_campaign(connection, campaign_id)
        return results_document(campaign, await _outcomes(connection, campaign, found))


async def publish_results(asked: Asked, campaign_id: UUID, proof: Proof) -> Document:
    """Put all results of a campaign into force at once, with what follows for each space, by a second person.

    Every space that fails is held with its operator before the campaign, as it may be revoked.
    NotFound ``campaign.unknown``; Refusal ``campaign.state``, ``campaign.objections``, ``campaign.order``,
    ``campaign.same_person``, ``campaign.objection_days``, ``campaign.digest_differs``, ``reference.unknown``.
    """
    async with asked.database.begin() as connection:
        held = await _hold_failed(connection, campaign_id)
        every = await campaigns.lock_all(connection)
        campaign = there(every.get(campaign_id))
        locked = await assessments.lock_of_campaign(connection, campaign_id)
        now = await business_now(connection)
        others = list(every.values())
        refuse_all(
            [
                *await document_faults(connection, proof.document_id),
                *earlier_faults(campaign, others),
                *later_faults(campaign, others),
            ]
        )
        _refuse_objections(locked)
        outcomes = await _outcomes(connection, campaign, locked)
        today = asked.day_of(now)
        after = publish(campaign, outcomes, digest=proof.digest, by=asked.actor, today=today)
        act = Act("publish", now, today, asked.actor, None, None, proof.document_id, asked.request_id)
        changed = [(one, life.publish(one, it.consequence)) for one, it in zip(locked, outcomes, strict=True)]
        due = end_of_day(today + timedelta(days=asked.settings.review_days), asked.settings.zone)
        system = await systems.facts(connection, campaign.system_id)
        await settle(connection, changed, system, act, Turns(held, due))
        await _revoke(connection, held, outcomes, act)
        await campaigns.save(connection, after, published_at=now, paper=proof.document_id)
        await tasks.close_tasks(connection, [campaign_id], at=now)
        counted = {kind.value: sum(one.consequence is kind for one in outcomes) for kind in Consequence}
        await campaign_step(connection, campaign, after, act, {"digest": proof.digest, **counted})
        return campaign_document(after, inside=asked.inside)


async def _hold_failed(connection: AsyncConnection, campaign_id: UUID) -> dict[UUID, Space]:
    """Lock the spaces that fail, after their operators; results that change meanwhile have another digest."""
    failed = await assessments.failed(connection, campaign_id)
    await organizations.lock(connection, list(failed.values()))
    return await spaces.lock(connection, list(failed))


async def _outcomes(connection: AsyncConnection, campaign: Campaign, found: Sequence[Assessment]) -> list[Outcome]:
    ids = [one.space_id for one in found]
    before = await assessments.grades(connection, ids, campaign.year - 1)
    held = await recognitions.of_spaces(connection, ids)
    return [
        Outcome(
            one.id,
            one.space_id,
            score,
            grade,
            consequence(
                grade,
                failed_before=failed_before(before.get(one.space_id), held[one.space_id], year=campaign.year),
                recognised=any(recognition.end is None for recognition in held[one.space_id]),
            ),
        )
        for one, score, grade in _judged(found)
    ]


def _judged(found: Sequence[Assessment]) -> list[tuple[Assessment, int, Grade]]:
    judged = [(one, one.score, one.grade) for one in found if one.score is not None and one.grade is not None]
    if len(judged) < len(found):
        raise Refusal("campaign.unreviewed", rule="all are judged", numbers={"left": len(found) - len(judged)})
    return judged


def _refuse_objections(found: Sequence[Assessment]) -> None:
    waiting = sum(one.state is AssessmentState.OBJECTED for one in found)
    if waiting:
        raise Refusal("campaign.objections", rule="objections are decided first", numbers={"left": waiting})


async def _revoke(
    connection: AsyncConnection, held: Mapping[UUID, Space], outcomes: Sequence[Outcome], act: Act
) -> None:
    """Revoke whoever failed twice in a row. Residencies and vouchers are left alone (decision 0023)."""
    because = replace(act, verb="revoke", reason=REVOKED_BECAUSE, clause=CLAUSES[Consequence.REVOCATION])
    for one in outcomes:
        if one.consequence is Consequence.REVOCATION:
            await revoke(connection, held[one.space_id], because)
