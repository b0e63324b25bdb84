"""Speaks HTTP for `/v1/stops`: what keeps a leg from being paid."""

from typing import Annotated, Literal

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.settlement.api.names import LegId, ObjectionId, StopId
from services.voucher.settlement.domain.stop import Stop, StopKind, StopState
from services.voucher.settlement.operations import stopping
from services.voucher.settlement.store.stops import Wanted

routes = router()
KindAsked = Literal[
    StopKind.RED_LETTER,
    StopKind.BANK_CHANGE,
    StopKind.AUDIT_SAMPLE,
    StopKind.COURT_ORDER,
    StopKind.BANKRUPTCY,
    StopKind.SANCTION,
    StopKind.NAME_CHANGE,
    StopKind.NO_BUDGET,
    StopKind.MANUAL,
]
"""What somebody may stop a leg for; an objection sets its own stops."""


class StopAsked(StrictModel):
    """Why a leg must not be paid for now. expected_end: a local day, which lifts nothing by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "leg_id": "leg_0190a0b1c2d37e4f8a9b0c1d2e3f4a5b",
                    "kind": "audit_sample",
                    "reason": "Drawn for inspection.",
                    "expected_end": "2020-12-31",
                }
            ]
        }
    )

    leg_id: LegId
    kind: KindAsked
    reason: Prose
    document_id: DocumentId | None = None
    expected_end: Day | None = None


class Lifting(StrictModel):
    """Why a stop is lifted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Inspected; nothing was found."}]})

    reason: Prose


class StopView(StrictModel):
    """A stop beside a leg; while one lives, the leg stays out of every payout batch. Persons are references."""

    id: StopId
    leg_id: LegId
    kind: StopKind
    objection_id: ObjectionId | None
    reason: str
    document_id: DocumentId | None
    set_by: str
    since: Instant
    expected_end: Day | None
    state: StopState
    ended_by: str | None
    ended_at: Instant | None
    end_reason: str | None


def stop_view(stop: Stop) -> StopView:
    """A stop as shown."""
    return StopView(**{name: getattr(stop, name) for name in StopView.model_fields})


async def _wanted(leg_id: LegId | None = None, live: bool | None = None) -> Wanted:
    return Wanted(leg_id, live)


@routes.post("/v1/stops", status_code=201, response_model=StopView, tags=["stops"])
async def set_stop(
    body: StopAsked, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(stop_view, subject="leg_id")]
) -> Response:
    """Keep a leg from being paid, as long as its payout was not sent."""
    asked = stopping.Asked(body.leg_id, body.kind, body.reason, body.document_id, body.expected_end)
    return answered(await stopping.set_stop(db, keyed, permit=permit, asked=asked))


@routes.get("/v1/stops", response_model=Page[StopView], tags=["stops"])
async def list_stops(
    db: Db, permit: Permitted, wanted: Annotated[Wanted, Depends(_wanted)], after: After = None, limit: Limit = 50
) -> Page[StopView]:
    """List stops of one's region or treasury, newest first."""
    found = await stopping.list_stops(db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[stop_view(one) for one in page], next_cursor=cursor)


@routes.post("/v1/stops/{stop_id}/lift", response_model=StopView, tags=["stops"])
async def lift_stop(
    stop_id: StopId,
    body: Lifting,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(stop_view, status=200)],
) -> Response:
    """Lift a stop that no objection set; other stops on the leg live on."""
    return answered(await stopping.lift_stop(db, keyed, permit=permit, stop_id=stop_id, reason=body.reason))
