"""Speaks HTTP for what one person of the bureau does to a voucher: activate, suspend, resume."""

from typing import Annotated

from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Line, Prose, StrictModel
from services.voucher.wallet.api.names import VoucherId
from services.voucher.wallet.api.vouchers import VoucherView, voucher_view
from services.voucher.wallet.domain import lives as deeds
from services.voucher.wallet.operations import lives
from services.voucher.wallet.operations.lives import Asked

routes = router()
UnderKey = Annotated[Keyed, under_key(voucher_view, status=200)]


class Why(StrictModel):
    """Why it is done, and the number of the paper behind it if there is one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "The certificates are being checked.", "document": "江工信〔2020〕7号"}]
        }
    )

    reason: Prose
    document: Line | None = None


@routes.post("/v1/vouchers/{voucher_id}/activate", response_model=VoucherView, tags=["vouchers"])
async def activate_voucher(voucher_id: VoucherId, body: Why, db: Db, permit: Permitted, keyed: UnderKey) -> Response:
    """Make a draft usable; its dates are those it was issued with."""
    asked = Asked(deeds.activate, body.reason, body.document)
    return answered(await lives.change(db, keyed, permit=permit, voucher_id=voucher_id, asked=asked))


@routes.post("/v1/vouchers/{voucher_id}/suspend", response_model=VoucherView, tags=["vouchers"])
async def suspend_voucher(voucher_id: VoucherId, body: Why, db: Db, permit: Permitted, keyed: UnderKey) -> Response:
    """Let nothing new be authorised; what is held is delivered and captured, and the clock runs on."""
    asked = Asked(deeds.suspend, body.reason, body.document)
    return answered(await lives.change(db, keyed, permit=permit, voucher_id=voucher_id, asked=asked))


@routes.post("/v1/vouchers/{voucher_id}/resume", response_model=VoucherView, tags=["vouchers"])
async def resume_voucher(voucher_id: VoucherId, body: Why, db: Db, permit: Permitted, keyed: UnderKey) -> Response:
    """End a suspension before the voucher's own end."""
    asked = Asked(deeds.resume, body.reason, body.document)
    return answered(await lives.change(db, keyed, permit=permit, voucher_id=voucher_id, asked=asked))
