"""Reviews reports, takes objections to results and has another person decide on them."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.clock import business_now
from services.chassis.refusals import refuse_all
from services.registry.asked import Asked
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.dossier import assessment_document
from services.registry.assessment.domain.figure import Ruling
from services.registry.assessment.operations.turning import act_of, turn_at
from services.registry.assessment.store.holding import hold_assessment
from services.registry.assessment.store.settling import settle
from services.registry.catalogue.domain.dossier import Document
from services.registry.evidence import document_faults


async def review_report(asked: Asked, assessment_id: UUID, rulings: Sequence[Ruling]) -> Document:
    """Accept or correct every figure of a report; score and grade follow from them.

    NotFound ``assessment.unknown``; Refusal with all faults of the rulings, ``assessment.state``.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        after = life.review(case.assessment, case.system, rulings, by=asked.actor)
        act = act_of(asked, "review", now)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now))
        return assessment_document(after, case.system, inside=True)


async def take_objection(asked: Asked, assessment_id: UUID, *, reason: str, document_id: UUID | None) -> Document:
    """Take a space's objection to its announced result; a reviewer who did not review it gets a task.

    NotFound ``assessment.unknown``; Refusal with all faults: state, reason, document, ``assessment.closed``.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        refuse_all([] if document_id is None else await document_faults(connection, document_id))
        after = life.object_to(
            case.assessment,
            text=reason,
            document_id=document_id,
            until=case.campaign.objections_until,
            today=asked.day_of(now),
        )
        act = act_of(asked, "object", now, reason, document_id)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now))
        return assessment_document(after, case.system, inside=False)


async def uphold_objection(asked: Asked, assessment_id: UUID, rulings: Sequence[Ruling], *, reason: str) -> Document:
    """Grant an objection by correcting figures, as another person than reviewed them.

    NotFound ``assessment.unknown``; Refusal with all faults of reason and rulings, ``assessment.state``,
    ``assessment.same_person``, ``assessment.worse``.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        after = life.uphold(case.assessment, case.system, rulings, reason=reason, by=asked.actor)
        act = act_of(asked, "uphold", now, reason)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now))
        return assessment_document(after, case.system, inside=True)


async def overrule_objection(asked: Asked, assessment_id: UUID, *, reason: str) -> Document:
    """Let a result stand against an objection, as another person than reviewed it.

    NotFound ``assessment.unknown``; Refusal ``assessment.state``, ``assessment.same_person``, faults of the reason.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, assessment_id)
        now = await business_now(connection)
        after = life.overrule(case.assessment, reason=reason, by=asked.actor)
        act = act_of(asked, "overrule", now, reason)
        await settle(connection, [(case.assessment, after)], case.system, act, turn_at(asked, case, now))
        return assessment_document(after, case.system, inside=True)
