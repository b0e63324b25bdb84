"""Speaks HTTP for the end of a round: settled once nothing of it may be spent, claimed or paid any more."""

from typing import Annotated

from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import StrictModel
from services.voucher.payout.api.names import RoundId
from services.voucher.payout.operations import settling
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import RoundState

routes = router()


class SettledRoundView(StrictModel):
    """A round that is over."""

    id: RoundId
    name: str
    state: RoundState


def settled_view(of: Round) -> SettledRoundView:
    """A round as shown."""
    return SettledRoundView(id=of.id, name=of.name, state=of.state)


@routes.post("/v1/rounds/{round_id}/settle", response_model=SettledRoundView, tags=["rounds"])
async def settle_round(
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(settled_view, status=200)]
) -> Response:
    """Settle a finished round, once all that it issued was paid, went back or was given up."""
    return answered(await settling.settle_round(db, keyed, permit=permit, round_id=round_id))
