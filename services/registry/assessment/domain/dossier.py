"""Decides what the registry tells about indicator systems, campaigns and assessments as wholes."""

from collections.abc import Sequence
from typing import Any

from services.registry.assessment.domain.assessment import SHOWS_RESULT, Assessment
from services.registry.assessment.domain.campaign import Campaign, Outcome, digest_of
from services.registry.assessment.domain.figure import Figure
from services.registry.assessment.domain.indicator import Counter, Indicator, IndicatorKind, Step, Unit
from services.registry.assessment.domain.indicator_system import IndicatorSystem, SystemFacts
from services.registry.catalogue.domain.dossier import Document, day_document
from services.registry.catalogue.domain.names import shown
from services.standards.money import format_amount


def facts_document(facts: SystemFacts) -> Document:
    """Render what an indicator system says, as it is sent and stored."""
    indicators = [_indicator_document(one) for one in facts.indicators]
    return {**vars(facts), "indicators": indicators}


def facts_of(document: Document) -> SystemFacts:
    """Read what `facts_document` wrote."""
    return SystemFacts(**{**document, "indicators": tuple(_indicator(one) for one in document["indicators"])})


def system_document(system: IndicatorSystem, *, inside: bool) -> Document:
    """Render a version of an indicator system; which persons stand behind it is told inside only."""
    return {
        "id": shown("isy", system.id),
        "number": system.number,
        "state": system.state.value,
        "made_by": system.made_by if inside else None,
        "published_by": system.published_by if inside else None,
        **facts_document(system.facts),
    }


def campaign_document(campaign: Campaign, *, inside: bool) -> Document:
    """Render a campaign; which persons stand behind it is told inside only."""
    return {
        "id": shown("cmp", campaign.id),
        "year": campaign.year,
        "indicator_system": shown("isy", campaign.system_id),
        "region": campaign.region,
        "opens_on": campaign.opens_on.isoformat(),
        "closes_on": campaign.closes_on.isoformat(),
        "objection_days": campaign.objection_days,
        "objections_until": day_document(campaign.objections_until),
        "state": campaign.state.value,
        "announced_by": campaign.announced_by if inside else None,
        "published_by": campaign.published_by if inside else None,
    }


def results_document(campaign: Campaign, outcomes: Sequence[Outcome]) -> Document:
    """Render what is to be published, with the digest by which a second person says that he has seen it."""
    return {
        "campaign": shown("cmp", campaign.id),
        "digest": digest_of(campaign, outcomes),
        "results": [
            {
                "assessment": shown("asm", one.assessment_id),
                "space": shown("spc", one.space_id),
                "score": one.score,
                "grade": one.grade.value,
                "consequence": one.consequence.value,
            }
            for one in outcomes
        ],
    }


def assessment_document(assessment: Assessment, system: SystemFacts, *, inside: bool) -> Document:
    """Render an assessment; what it came to is told to the space itself (not inside) once it is announced."""
    told = inside or assessment.state in SHOWS_RESULT
    document_id = assessment.objection_document_id
    return {
        "id": shown("asm", assessment.id),
        "campaign": shown("cmp", assessment.campaign_id),
        "space": shown("spc", assessment.space_id),
        "year": assessment.year,
        "state": assessment.state.value,
        "round": assessment.round,
        "figures": [_figure_document(one, system.by_id[one.indicator], told=told) for one in assessment.figures],
        "score": assessment.score if told else None,
        "grade": assessment.grade.value if told and assessment.grade else None,
        "unreported": assessment.unreported,
        "return_reason": assessment.return_reason,
        "returned_until": day_document(assessment.returned_until),
        "objection": assessment.objection,
        "objection_document": None if document_id is None else shown("doc", document_id),
        "upheld": assessment.upheld,
        "decision": assessment.decision,
        "consequence": assessment.consequence.value if assessment.consequence else None,
    }


def _figure_document(figure: Figure, indicator: Indicator, *, told: bool) -> Document:
    stands = figure if told else _without_ruling(figure)
    document_id = figure.document_id
    return {
        "indicator": figure.indicator,
        "unit": indicator.unit.value,
        "weight": indicator.weight,
        "counted": _amount(indicator, figure.counted),
        "counted_corrected": figure.counted_corrected,
        "told": _amount(indicator, figure.told),
        "reason": figure.reason,
        "document": None if document_id is None else shown("doc", document_id),
        "ruled": _amount(indicator, stands.ruled),
        "ruling": stands.ruling,
        "value": _amount(indicator, stands.value),
        "typed": stands.typed,
        "points": stands.points,
        "vetoed": stands.vetoed,
    }


def _without_ruling(figure: Figure) -> Figure:
    return Figure(**{**vars(figure), "ruled": None, "ruling": None, "points": None, "vetoed": False})


def _amount(indicator: Indicator, figure: int | None) -> int | Document | None:
    """A figure: money with its currency, everything else as a whole number."""
    if figure is None or indicator.unit is not Unit.FEN:
        return figure
    return {"amount": format_amount(figure, "CNY"), "currency": "CNY"}


def _indicator_document(indicator: Indicator) -> Document:
    steps = [{"from": step.start, "share": step.share} for step in indicator.steps]
    told: dict[str, Any] = {**vars(indicator), "steps": steps, "counted_from": list(indicator.counted_from)}
    return told


def _indicator(document: Document) -> Indicator:
    steps = tuple(Step(step["from"], step["share"]) for step in document.get("steps", ()))
    kinds = {"kind": IndicatorKind(document["kind"]), "unit": Unit(document["unit"])}
    counters = tuple(Counter(one) for one in document.get("counted_from", ()))
    return Indicator(**{**document, **kinds, "steps": steps, "counted_from": counters})
