"""Speaks HTTP for `/v1/wallet/pin`: the six digits that a holder proves himself with, never shown again."""

from pydantic import ConfigDict

from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, RequestId, router
from services.chassis.models import Instant, Line, StrictModel
from services.standards.holding import Holder
from services.voucher.redemption.api.sealed import Pin, Sealed
from services.voucher.redemption.operations.pins import PinAsked, set_pin

routes = router()


class PinBody(StrictModel):
    """A new PIN. Once there is one, current_pin proves the caller; without it a reason is needed, and patience.

    A PIN that was set with a reason counts only a day later, and until then none does: time to hear of it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"pin": "482913", "current_pin": "730518"}]})

    pin: Pin
    current_pin: Pin | None = None
    reason: Line | None = None


class PinView(StrictModel):
    """That there is a PIN: set when, and from when on (real time) it counts."""

    holder_id: HolderId
    set_at: Instant
    counts_from: Instant


@routes.put("/v1/wallet/pin", tags=["consent"])
async def set_wallet_pin(body: PinBody, db: Db, permit: Permitted, seal: Sealed, request_id: RequestId) -> PinView:
    """Set the PIN of my organisation's wallet."""
    current = body.current_pin.get_secret_value() if body.current_pin is not None else None
    asked = PinAsked(body.pin.get_secret_value(), current, body.reason, request_id)
    pin = await set_pin(db, seal, permit=permit, asked=asked)
    return PinView(holder_id=Holder(permit.caller.kind, pin.holder_id), set_at=pin.set_at, counts_from=pin.counts_from)
