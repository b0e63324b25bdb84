"""Speaks HTTP for indicator systems 评价指标体系."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import RawText
from services.registry.assessment.api.words import BasisPoints, Bound, SystemId
from services.registry.assessment.domain.dossier import facts_of
from services.registry.assessment.domain.indicator import Counter, IndicatorKind, Unit
from services.registry.assessment.domain.indicator_system import SystemState
from services.registry.assessment.operations import systems
from services.registry.catalogue.domain.dossier import Document

indicator_systems_api = router()


class StepBody(StrictModel):
    """From a figure on, a share of the weight, in basis points of it."""

    from_: Bound = Field(alias="from")
    share: BasisPoints


class IndicatorBody(StrictModel):
    """One indicator. Scored: weight and a line (nothing_at, full_at) or steps; veto: least or most.

    counted_from: what the registry counts and sums; empty: the space reports the figure with evidence.
    """

    id: RawText
    zh: RawText
    en: RawText
    kind: IndicatorKind
    unit: Unit
    counted_from: list[Counter] = Field(default=[], max_length=5)
    weight: BasisPoints = 0
    nothing_at: Bound = 0
    full_at: Bound | None = None
    steps: list[StepBody] = Field(default=[], max_length=20)
    least: Bound | None = None
    most: Bound | None = None
    clause: RawText | None = None


class NewIndicatorSystem(StrictModel):
    """A version of an indicator system; the weights of the scored indicators make up 10,000 basis points."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "tongzhou-2018",
                    "zh": "通州区众创空间年度绩效考核指标",
                    "en": "Tongzhou: yearly performance of spaces",
                    "clause": "通政办发〔2018〕5号 四（五）",
                    "pass_from": 6000,
                    "excellent_from": 8500,
                    "indicators": [
                        {
                            "id": "sessions",
                            "zh": "培训辅导次数",
                            "en": "Training and coaching sessions",
                            "kind": "scored",
                            "unit": "times",
                            "counted_from": ["training_sessions", "coaching_sessions"],
                            "weight": 10000,
                            "full_at": 24,
                        }
                    ],
                }
            ]
        }
    )

    code: RawText
    zh: RawText
    en: RawText
    clause: RawText
    pass_from: BasisPoints
    excellent_from: BasisPoints
    indicators: list[IndicatorBody] = Field(min_length=1, max_length=50)


class IndicatorSystemView(NewIndicatorSystem):
    """A version of an indicator system; made_by is null for one that ships with the product.

    Who made and published it is told to officials only.
    """

    id: SystemId
    number: int
    state: str
    made_by: str | None
    published_by: str | None


@indicator_systems_api.post(
    "/v1/indicator-systems",
    status_code=status.HTTP_201_CREATED,
    tags=["assessments"],
    response_model=IndicatorSystemView,
)
async def create_indicator_system(body: NewIndicatorSystem, asked: AskedBy) -> Document:
    """Draft the next version of an indicator system."""
    return await systems.record_system(asked, facts_of(body.model_dump(by_alias=True)))


@indicator_systems_api.get("/v1/indicator-systems", tags=["assessments"], response_model=Page[IndicatorSystemView])
async def list_indicator_systems(
    asked: AskedBy,
    code: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[SystemState | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """All versions of indicator systems."""
    items, cursor = await systems.list_systems(asked, code=code, state=state, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@indicator_systems_api.get(
    "/v1/indicator-systems/{system_id}", tags=["assessments"], response_model=IndicatorSystemView
)
async def get_indicator_system(system_id: SystemId, asked: AskedBy) -> Document:
    """One version."""
    return await systems.read_system(asked, system_id)


@indicator_systems_api.post(
    "/v1/indicator-systems/{system_id}/publish", tags=["assessments"], response_model=IndicatorSystemView
)
async def publish_indicator_system(system_id: SystemId, asked: AskedBy) -> Document:
    """Put a draft into force, as another person than made it."""
    return await systems.publish_system(asked, system_id)
