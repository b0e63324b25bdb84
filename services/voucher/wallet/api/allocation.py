"""Speaks HTTP for what gives a round's budget out: rank, issue, activate and back-fill."""

from typing import Annotated

from fastapi import Body
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.endpoints import JobView, job_view
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import StrictModel
from services.voucher.wallet.api.lives import Why
from services.voucher.wallet.api.names import RoundId
from services.voucher.wallet.operations import activating, allocation, ranking
from services.voucher.wallet.operations.allocation import Asked

routes = router()


class IssueAsked(StrictModel):
    """How vouchers are issued: for use at once, or as drafts that take their quota and are activated later."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"activate": False}]})

    activate: bool = True


@routes.post("/v1/rounds/{round_id}/rank", status_code=202, response_model=JobView, tags=["rounds"])
async def rank_round(
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(job_view, status=202)]
) -> Response:
    """Rank the queue once the window is closed; who may no longer hold a voucher is rejected with reasons.

    The round runs, and vouchers may be issued, when the job has ranked everybody.
    """
    return answered(await ranking.request(db, keyed, permit=permit, round_id=round_id))


@routes.post("/v1/rounds/{round_id}/issue", status_code=202, response_model=JobView, tags=["rounds"])
async def issue_round(
    round_id: RoundId,
    body: Annotated[IssueAsked, Body(default_factory=IssueAsked)],
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(job_view, status=202)],
) -> Response:
    """Issue vouchers in the order of the queue until the pool is empty; the others wait."""
    asked = Asked(activate=body.activate)
    return answered(await allocation.request(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.post("/v1/rounds/{round_id}/activate", status_code=202, response_model=JobView, tags=["rounds"])
async def activate_round(
    round_id: RoundId,
    body: Why,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(job_view, status=202)],
) -> Response:
    """Make all drafts of the round usable, once its first allocation is done."""
    asked = activating.Asked(body.reason, body.document)
    return answered(await activating.request(db, keyed, permit=permit, round_id=round_id, asked=asked))


@routes.post("/v1/rounds/{round_id}/backfill", status_code=202, response_model=JobView, tags=["rounds"])
async def backfill_round(
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(job_view, status=202)]
) -> Response:
    """Give what came back to the pool to the next in the queue."""
    return answered(await allocation.request(db, keyed, permit=permit, round_id=round_id, asked=Asked(backfill=True)))
