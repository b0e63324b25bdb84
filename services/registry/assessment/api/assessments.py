"""Speaks HTTP for the assessment of one space 众创空间考核."""

from typing import Annotated, Any

from fastapi import Depends, Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import Db, router
from services.chassis.ids import DocumentId, new_id
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, Code, RawText, SpaceId
from services.registry.assessment.api.words import AssessmentId, CampaignId, FigureAsked, HelpId, told
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.domain.figure import Ruling, Told
from services.registry.assessment.domain.scoring import Grade
from services.registry.assessment.operations import publications, reporting, reviewing
from services.registry.assessment.store.assessments import AssessmentFilter
from services.registry.assessment.store.assistance import Help
from services.registry.catalogue.domain.dossier import Document

assessments_api = router()


class ToldFigure(StrictModel):
    """A figure with its evidence; in the place of a counted one, with the reason too."""

    indicator: Code
    value: FigureAsked
    reason: RawText | None = None
    document: DocumentId | None = None

    @property
    def told(self) -> Told:
        """The same as the domain has it."""
        value, money = told(self.value)
        return Told(self.indicator, value, money, self.reason, self.document)


class Report(StrictModel):
    """A space's report: every indicator that the registry does not count, and corrections of what it counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "figures": [
                        {
                            "indicator": "money-invested",
                            "value": {"amount": "350000.00", "currency": "CNY"},
                            "document": DOCUMENT_EXAMPLE,
                        },
                        {
                            "indicator": "trainees",
                            "value": 320,
                            "reason": "两场培训未在系统登记",
                            "document": DOCUMENT_EXAMPLE,
                        },
                    ]
                }
            ]
        }
    )

    figures: list[ToldFigure] = Field(max_length=100)


class Return(StrictModel):
    """What is to be corrected, until which local day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "缺少审计报告", "until": "2021-02-05"}]})

    reason: RawText
    until: Day


class RuledFigure(StrictModel):
    """What a reviewer says of a figure: without a value it stands."""

    indicator: Code
    value: FigureAsked | None = None
    reason: RawText | None = None

    @property
    def ruling(self) -> Ruling:
        """The same as the domain has it."""
        if self.value is None:
            return Ruling(self.indicator, reason=self.reason)
        value, money = told(self.value)
        return Ruling(self.indicator, value, money, self.reason)


class Review(StrictModel):
    """What a reviewer says of every figure."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "figures": [
                        {"indicator": "money-invested"},
                        {"indicator": "trainees", "value": 300, "reason": "签到表共三百人次"},
                    ]
                }
            ]
        }
    )

    figures: list[RuledFigure] = Field(max_length=100)


class Objection(StrictModel):
    """Why a space objects to its result."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "培训人次少计一场", "document": DOCUMENT_EXAMPLE}]}
    )

    reason: RawText
    document: DocumentId | None = None


class Upholding(Review):
    """Which figures an objection has shown to be wrong, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "补交的签到表属实",
                    "figures": [{"indicator": "trainees", "value": 320, "reason": "补计一场"}],
                }
            ]
        }
    )

    reason: RawText


class Overruling(StrictModel):
    """Why a result stands against an objection."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "补交材料与记录不符"}]})

    reason: RawText


class NewHelp(StrictModel):
    """Help that a warned space was given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"given_on": "2021-03-15", "account": "现场指导一次，制定整改计划", "document": DOCUMENT_EXAMPLE}
            ]
        }
    )

    given_on: Day
    account: RawText
    document: DocumentId


class HelpView(NewHelp):
    """Help that was given."""

    id: HelpId
    assessment: AssessmentId


class HelpList(StrictModel):
    """The help that followed an assessment."""

    items: list[HelpView]


class AssessedFigureView(StrictModel):
    """A figure with all that it came from; points and weight in basis points; typed: in the place of a counted one."""

    indicator: str
    unit: str
    weight: int
    counted: int | Money | None
    counted_corrected: bool
    told: int | Money | None
    reason: str | None
    document: DocumentId | None
    ruled: int | Money | None
    ruling: str | None
    value: int | Money | None
    typed: bool
    points: int | None
    vetoed: bool


class AssessmentView(StrictModel):
    """An assessment; score and grade are told to the space once they are announced. score: in basis points."""

    id: AssessmentId
    campaign: CampaignId
    space: SpaceId
    year: int
    state: str
    round: int
    figures: list[AssessedFigureView]
    score: int | None
    grade: str | None
    unreported: bool
    return_reason: str | None
    returned_until: Day | None
    objection: str | None
    objection_document: DocumentId | None
    upheld: bool | None
    decision: str | None
    consequence: str | None


class PublishedGradeView(StrictModel):
    """A published result."""

    year: int
    name: str
    region: str
    grade: str
    published_at: Instant


@assessments_api.get("/v1/assessments/published", tags=["assessments"], response_model=Page[PublishedGradeView])
async def list_published_assessments(
    db: Db,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """The published results: everybody may read them."""
    items, cursor = await publications.list_published(db, year=year, region=region, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


async def _wanted(
    campaign: Annotated[CampaignId | None, Query()] = None,
    space: Annotated[SpaceId | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    state: Annotated[AssessmentState | None, Query()] = None,
    grade: Annotated[Grade | None, Query()] = None,
) -> AssessmentFilter:
    return AssessmentFilter(campaign, space, year, state, grade)


@assessments_api.get("/v1/assessments", tags=["assessments"], response_model=Page[AssessmentView])
async def list_assessments(
    asked: AskedBy,
    wanted: Annotated[AssessmentFilter, Depends(_wanted)],
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """The assessments that the caller may see."""
    items, cursor = await reporting.list_assessments(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@assessments_api.get("/v1/assessments/{assessment_id}", tags=["assessments"], response_model=AssessmentView)
async def get_assessment(assessment_id: AssessmentId, asked: AskedBy) -> Document:
    """One assessment; before its report, with what is counted as of now."""
    return await reporting.read_assessment(asked, assessment_id)


@assessments_api.post("/v1/assessments/{assessment_id}/report", tags=["assessments"], response_model=AssessmentView)
async def report_assessment(assessment_id: AssessmentId, body: Report, asked: AskedBy) -> Document:
    """Hand in the report of the own space, or its correction."""
    return await reporting.hand_in_report(asked, assessment_id, [one.told for one in body.figures])


@assessments_api.post("/v1/assessments/{assessment_id}/return", tags=["assessments"], response_model=AssessmentView)
async def return_report(assessment_id: AssessmentId, body: Return, asked: AskedBy) -> Document:
    """Return a report for correction, once."""
    return await reporting.return_report(asked, assessment_id, reason=body.reason, until=body.until)


@assessments_api.post("/v1/assessments/{assessment_id}/review", tags=["assessments"], response_model=AssessmentView)
async def review_report(assessment_id: AssessmentId, body: Review, asked: AskedBy) -> Document:
    """Accept or correct every figure of a report, which scores it."""
    return await reviewing.review_report(asked, assessment_id, [one.ruling for one in body.figures])


@assessments_api.post("/v1/assessments/{assessment_id}/object", tags=["assessments"], response_model=AssessmentView)
async def object_to_result(assessment_id: AssessmentId, body: Objection, asked: AskedBy) -> Document:
    """Object to the announced result of the own space."""
    return await reviewing.take_objection(asked, assessment_id, reason=body.reason, document_id=body.document)


@assessments_api.post("/v1/assessments/{assessment_id}/uphold", tags=["assessments"], response_model=AssessmentView)
async def uphold_objection(assessment_id: AssessmentId, body: Upholding, asked: AskedBy) -> Document:
    """Grant an objection by correcting figures, as another person than reviewed them."""
    rulings = [one.ruling for one in body.figures]
    return await reviewing.uphold_objection(asked, assessment_id, rulings, reason=body.reason)


@assessments_api.post("/v1/assessments/{assessment_id}/overrule", tags=["assessments"], response_model=AssessmentView)
async def overrule_objection(assessment_id: AssessmentId, body: Overruling, asked: AskedBy) -> Document:
    """Let a result stand against an objection, as another person than reviewed it."""
    return await reviewing.overrule_objection(asked, assessment_id, reason=body.reason)


@assessments_api.post(
    "/v1/assessments/{assessment_id}/help",
    status_code=status.HTTP_201_CREATED,
    tags=["assessments"],
    response_model=HelpView,
)
async def create_help(assessment_id: AssessmentId, body: NewHelp, asked: AskedBy) -> Document:
    """Record help that a warned space was given."""
    given = Help(new_id(), assessment_id, body.given_on, body.account, body.document)
    return await publications.record_help(asked, given)


@assessments_api.get("/v1/assessments/{assessment_id}/help", tags=["assessments"], response_model=HelpList)
async def list_help(assessment_id: AssessmentId, asked: AskedBy) -> dict[str, Any]:
    """The help that followed a warning."""
    return {"items": await publications.list_help(asked, assessment_id)}
