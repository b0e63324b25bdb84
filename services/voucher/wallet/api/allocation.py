"""Speaks HTTP for what gives a round's budget out: rank, issue and back-fill."""

from typing import Annotated

from starlette.responses import Response

from services.chassis.endpoints import JobView, job_view
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.voucher.wallet.api.names import RoundId
from services.voucher.wallet.operations import allocation, ranking

routes = router()


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
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(job_view, status=202)]
) -> Response:
    """Issue vouchers in the order of the queue until the pool is empty; the others wait."""
    return answered(await allocation.request(db, keyed, permit=permit, round_id=round_id, backfill=False))


@routes.post("/v1/rounds/{round_id}/backfill", status_code=202, response_model=JobView, tags=["rounds"])
async def backfill_round(
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(job_view, status=202)]
) -> Response:
    """Give what came back to the pool to the next in the queue."""
    return answered(await allocation.request(db, keyed, permit=permit, round_id=round_id, backfill=True))
