"""Speaks HTTP for work summaries 工作总结: who owes them, what was handed in, what is overdue."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, Prefixed
from services.chassis.models import StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, Code, RawText
from services.registry.catalogue.domain.names import clean
from services.registry.statistics.domain.summary import Figure, SummaryState, WorkSummary
from services.registry.statistics.operations import duties, summaries
from services.registry.statistics.operations.duties import Laid
from services.registry.statistics.operations.summaries import HandedIn
from services.registry.statistics.store.summaries import SummaryFilter

work_summaries_api = router()

SummaryId = Annotated[UUID, Prefixed("wsm")]
DutyId = Annotated[UUID, Prefixed("sdu")]
Year = Annotated[int, Field(ge=2000, le=2999)]


class NewDuties(StrictModel):
    """Which city's counties, and which of its bureaus, owe a summary from a year on, and by which clause.

    A bureau is told by the code that the roles of its staff carry (`bureau` in `/v1/me`); its operators hand in.
    The paper is one of `/v1/policies` that holds, the clause one of its own, such as `六(二)`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "city": "330400",
                    "bureaus": ["jx-kjj"],
                    "from_year": 2020,
                    "policy": "jiaxing-2015-90",
                    "clause": "六(二)",
                }
            ]
        }
    )

    city: Code
    bureaus: list[RawText] = Field(default=[], max_length=100)
    from_year: Year
    policy: RawText
    clause: RawText


class LastYear(StrictModel):
    """The last year of which a summary is owed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until_year": 2025}]})

    until_year: Year


class NewSubmission(StrictModel):
    """A summary's document, and those figures that are stated otherwise than they were counted here.

    The names of the figures are those that the summary shows under `figures`.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document": DOCUMENT_EXAMPLE, "stated": {"spaces": 12}}]}
    )

    document: DocumentId
    stated: dict[Code, Annotated[int, Field(ge=0, le=2**53 - 1)]] = Field(default={}, max_length=50)


class WhyReturned(StrictModel):
    """What is missing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "未附众创空间名单"}]})

    reason: RawText


class DutyView(StrictModel):
    """Who owes a summary of each year; bureau null: the county itself."""

    id: DutyId
    region: str
    bureau: str | None
    from_year: int
    until_year: int | None
    policy: str
    clause: str


class DutiesView(StrictModel):
    """Those that were laid on."""

    items: list[DutyView]


class SummaryView(StrictModel):
    """A summary. due_on: the last day in time; owed_by: the last day of what is owed next; days: calendar days."""

    id: SummaryId
    year: int
    region: str
    bureau: str | None
    state: SummaryState
    due_on: date
    owed_by: date | None
    days_overdue: int
    submitted_on: date | None
    days_late: int | None
    document: DocumentId | None
    reason: str | None


class FigureView(StrictModel):
    """A figure as counted here on the last day of the year, and as stated where that differs."""

    counted: int
    stated: int | None


class WholeSummaryView(SummaryView):
    """A summary with its figures; before it is handed in, those that will be."""

    figures: dict[str, FigureView]


async def _wanted(
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    state: Annotated[SummaryState | Literal["overdue"] | None, Query()] = None,
    region: Annotated[str | None, Query(max_length=64)] = None,
) -> tuple[SummaryFilter, bool]:
    overdue = state == "overdue"
    return SummaryFilter(year, state if isinstance(state, SummaryState) else None, region), overdue


@work_summaries_api.post(
    "/v1/work-summaries/duties",
    status_code=status.HTTP_201_CREATED,
    tags=["work summaries"],
    response_model=DutiesView,
)
async def create_summary_duties(body: NewDuties, asked: AskedBy) -> dict[str, Any]:
    """Lay on a city's counties and bureaus that they owe a summary each year."""
    bureaus = tuple(clean(name) for name in body.bureaus)
    laid = Laid(body.city, bureaus, body.from_year, clean(body.policy), clean(body.clause))
    return {"items": [vars(one) for one in await duties.lay_duties(asked, laid)]}


@work_summaries_api.get("/v1/work-summaries/duties", tags=["work summaries"], response_model=Page[DutyView])
async def list_summary_duties(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> dict[str, Any]:
    """Who owes a summary each year."""
    items, cursor = await duties.list_duties(asked, after=after, limit=limit)
    return {"items": [vars(one) for one in items], "next_cursor": cursor}


@work_summaries_api.post("/v1/work-summaries/duties/{duty_id}/end", tags=["work summaries"], response_model=DutyView)
async def end_summary_duty(duty_id: DutyId, body: LastYear, asked: AskedBy) -> Mapping[str, Any]:
    """End a duty with a year; what is owed already stays owed."""
    return vars(await duties.end_duty(asked, duty_id, until_year=body.until_year))


@work_summaries_api.get("/v1/work-summaries", tags=["work summaries"], response_model=Page[SummaryView])
async def list_work_summaries(
    asked: AskedBy,
    wanted: Annotated[tuple[SummaryFilter, bool], Depends(_wanted)],
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Summaries that the caller may see; with ``state=overdue`` those that are owed and whose day is over."""
    which, overdue = wanted
    items, cursor = await summaries.list_summaries(asked, which, overdue=overdue, after=after, limit=limit)
    return {"items": [_view(one, days) for one, days in items], "next_cursor": cursor}


@work_summaries_api.get("/v1/work-summaries/{summary_id}", tags=["work summaries"], response_model=WholeSummaryView)
async def get_work_summary(summary_id: SummaryId, asked: AskedBy) -> dict[str, Any]:
    """One summary with its figures."""
    summary, figures, days = await summaries.read_summary(asked, summary_id)
    return {**_view(summary, days), "figures": _figures(figures)}


@work_summaries_api.post("/v1/work-summaries/{summary_id}/submit", tags=["work summaries"], response_model=SummaryView)
async def submit_work_summary(summary_id: SummaryId, body: NewSubmission, asked: AskedBy) -> dict[str, Any]:
    """Hand in a summary."""
    handed_in = HandedIn(body.document, body.stated)
    return _view(await summaries.submit_summary(asked, summary_id, handed_in))


@work_summaries_api.post("/v1/work-summaries/{summary_id}/return", tags=["work summaries"], response_model=SummaryView)
async def return_work_summary(summary_id: SummaryId, body: WhyReturned, asked: AskedBy) -> dict[str, Any]:
    """Send a summary back with a reason."""
    return _view(await summaries.return_summary(asked, summary_id, reason=body.reason))


@work_summaries_api.post("/v1/work-summaries/{summary_id}/accept", tags=["work summaries"], response_model=SummaryView)
async def accept_work_summary(summary_id: SummaryId, asked: AskedBy) -> dict[str, Any]:
    """Accept a summary."""
    return _view(await summaries.accept_summary(asked, summary_id))


def _view(summary: WorkSummary, days_overdue: int = 0) -> dict[str, Any]:
    handed_in = summary.submission
    return {
        "id": summary.id,
        "year": summary.year,
        "region": summary.region,
        "bureau": summary.bureau,
        "state": summary.state,
        "due_on": summary.due_on,
        "owed_by": summary.owed_by,
        "days_overdue": days_overdue,
        "submitted_on": None if handed_in is None else handed_in.on,
        "days_late": None if handed_in is None else handed_in.days_late,
        "document": None if handed_in is None else handed_in.document_id,
        "reason": summary.reason,
    }


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: vars(one) for name, one in figures.items()}
