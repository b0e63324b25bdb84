"""Speaks HTTP for targets of policy papers against what there is."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import Prefixed
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import Code, RawText
from services.registry.catalogue.domain.names import clean
from services.registry.statistics.api.openly import AskedOpenly
from services.registry.statistics.domain.target import Measure, Progress, TargetFacts
from services.registry.statistics.operations import targets

targets_api = router()

TargetId = Annotated[UUID, Prefixed("tgt")]
VALUE_MOST = 2**53 - 1


class NewTarget(StrictModel):
    """A target of a clause: so much, or with ``beyond`` more than so much, in a region by a day; capital in fen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "measure": "spaces",
                    "region": "440700",
                    "value": 20,
                    "due_on": "2025-12-31",
                    "policy": "jiangmen-2016-draft",
                    "clause": "一",
                }
            ]
        }
    )

    measure: Measure
    region: Code
    value: int = Field(le=VALUE_MOST)
    beyond: bool = False
    due_on: Day
    policy: RawText
    clause: RawText


class TargetView(StrictModel):
    """A target and what there is of it on the day counted; actual and reached are null where it is not counted
    here, or withheld since it is of few who are not named.
    """

    id: TargetId
    measure: Measure
    region: str
    value: int
    beyond: bool
    due_on: date
    policy: str
    clause: str
    counted_on: date
    counted_here: bool
    withheld: bool
    actual: int | None
    reached: bool | None


@targets_api.post("/v1/targets", status_code=status.HTTP_201_CREATED, tags=["statistics"], response_model=TargetView)
async def create_target(body: NewTarget, asked: AskedBy) -> dict[str, Any]:
    """Record what a clause wants to have been reached."""
    written = {"policy": clean(body.policy), "clause": clean(body.clause)}
    return _view(await targets.record_target(asked, TargetFacts(**{**body.model_dump(), **written})))


@targets_api.get("/v1/targets", tags=["statistics"], response_model=Page[TargetView])
async def list_targets(
    asked: AskedOpenly,
    region: Annotated[str | None, Query(max_length=64)] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Targets against what there is, of a region and of what lies in it."""
    items, cursor = await targets.list_targets(asked, region, after=after, limit=limit)
    return {"items": [_view(one) for one in items], "next_cursor": cursor}


def _view(progress: Progress) -> dict[str, Any]:
    return {
        **vars(progress.target.facts),
        "id": progress.target.id,
        "counted_on": progress.on,
        "counted_here": progress.counted_here,
        "withheld": progress.withheld,
        "actual": progress.actual,
        "reached": progress.reached,
    }
