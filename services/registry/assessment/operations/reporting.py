"""Takes a space's report of its figures, returns it for correction, and shows assessments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents, pages
from services.chassis.clock import business_now
from services.chassis.refusals import refuse_all
from services.registry.asked import Asked
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.assessment import Assessment, AssessmentState
from services.registry.assessment.domain.dossier import assessment_document
from services.registry.assessment.domain.figure import Figure, Told, counted, report_faults, reported
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.assessment.operations.turning import act_of, turn_at
from services.registry.assessment.store import assessments, campaigns, counts, systems
from services.registry.assessment.store.assessments import AssessmentFilter
from services.registry.assessment.store.holding import Case, hold_assessment, see_assessment
from services.registry.assessment.store.settling import settle
from services.registry.catalogue.domain.dossier import Document


async def hand_in_report(asked: Asked, assessment_id: UUID, told: Sequence[Told]) -> Document:
    """Take a space's report: what is counted here as it stands now, and what the space tells with its evidence.

    NotFound ``assessment.unknown``; Refusal with all faults of the figures, ``assessment.state``,
    ``assessment.closed`` after the last day, whether or not the timer has run.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        known = await documents.known(connection, [one.document_id for one in told if one.document_id is not None])
        figures = await _counted(connection, case)
        refuse_all(report_faults(case.system, figures, told, documents=known))
        after = life.report(
            case.assessment,
            reported(figures, told),
            by=asked.actor,
            closes_on=case.campaign.closes_on,
            today=asked.day_of(now),
        )
        act = act_of(asked, "report", now)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now))
        return assessment_document(after, case.system, inside=False)


async def return_report(asked: Asked, assessment_id: UUID, *, reason: str, until: date) -> Document:
    """Return a report for correction, once, until a local day.

    NotFound ``assessment.unknown``; Refusal with all faults: state, reason, day, a second time.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        after = life.give_back(case.assessment, reason=reason, until=until, today=asked.day_of(now))
        act = act_of(asked, "return", now, reason)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now, until))
        return assessment_document(after, case.system, inside=True)


async def read_assessment(asked: Asked, assessment_id: UUID) -> Document:
    """Show an assessment; before the report, with what is counted as of now. NotFound ``assessment.unknown``."""
    async with asked.database.read() as connection:
        case = await see_assessment(connection, asked, assessment_id)
        shown = case.assessment
        if shown.state is AssessmentState.OPEN:
            shown = replace(shown, figures=await _counted(connection, case))
        return assessment_document(shown, case.system, inside=asked.permit.covers(region=case.space.facts.region))


async def list_assessments(
    asked: Asked, wanted: AssessmentFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the assessments in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await assessments.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        by_campaign = await _systems(connection, page)
    inside = asked.permit.everything or asked.sight.region is not None
    return [assessment_document(one, by_campaign[one.campaign_id], inside=inside) for one in page], cursor


async def _counted(connection: AsyncConnection, case: Case) -> tuple[Figure, ...]:
    space_id = case.space.id
    counts_of = await counts.of_year(connection, [space_id], case.campaign.year)
    return counted(case.system, counts_of[space_id])


async def _systems(connection: AsyncConnection, page: Sequence[Assessment]) -> dict[UUID, SystemFacts]:
    found = {}
    for campaign_id in {one.campaign_id for one in page}:
        campaign = await campaigns.current(connection, campaign_id)
        found[campaign_id] = await systems.facts(connection, campaign.system_id)
    return found
