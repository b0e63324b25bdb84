"""Speaks HTTP for what moves the dates or the value of a voucher: extend at once; cancel and top up by two persons."""

from typing import Annotated

from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import ClientRef, Day, Instant, Line, Money, MoneyAsked, Prose, StrictModel
from services.voucher.redemption.api.change_requests import ChangeRequestView, request_view
from services.voucher.redemption.api.names import RedemptionId, VoucherId
from services.voucher.redemption.operations import change_requests, extending
from services.voucher.redemption.operations.extending import Extended
from services.voucher.wallet.domain.change_request import RequestKind

routes = router()
PAPER = "江工信〔2020〕7号"


class ExtensionMade(StrictModel):
    """Why a voucher is extended, and the number of the paper behind it if there is one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "疫情期间实验室停业", "document": PAPER}]})

    reason: Prose
    document: Line | None = None


class CancellationAsked(StrictModel):
    """Why a voucher is cancelled, and the number of the paper behind it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "单位已注销", "document": PAPER}]})

    reason: Prose
    document: Line
    client_ref: ClientRef | None = None


class TopUpAsked(StrictModel):
    """How much more a voucher shall be worth, why, and the number of the paper behind it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount": {"amount": "2000.00", "currency": "CNY"},
                    "reason": "申领金额录入有误",
                    "document": PAPER,
                    "client_ref": "t1",
                }
            ]
        }
    )

    amount: MoneyAsked
    reason: Prose
    document: Line
    client_ref: ClientRef | None = None


class ExtensionView(StrictModel):
    """A voucher as extended; reissued: what had expired and came back to it; redemptions: whose dates moved with it."""

    voucher_id: VoucherId
    use_by: Day
    deliver_by: Day
    claim_by: Day
    ends_at: Instant
    ends_by: str
    extended: int
    available: Money
    reissued: Money
    redemptions: list[RedemptionId]


def extension_view(extended: Extended) -> ExtensionView:
    """An extended voucher as shown."""
    voucher = extended.voucher
    plain = ("use_by", "deliver_by", "claim_by", "ends_at", "ends_by", "extended")
    return ExtensionView(
        voucher_id=voucher.id,
        available=Money.of(voucher.available, voucher.currency),
        reissued=Money.of(extended.reissued, voucher.currency),
        redemptions=list(extended.redemptions),
        **{name: getattr(voucher, name) for name in plain},
    )


@routes.post("/v1/vouchers/{voucher_id}/extend", response_model=ExtensionView, tags=["vouchers"])
async def extend_voucher(
    voucher_id: VoucherId,
    body: ExtensionMade,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(extension_view, status=200)],
) -> Response:
    """Extend a voucher by its scheme's rule, once; what it holds and what was captured moves with it."""
    asked = extending.Asked(body.reason, body.document)
    return answered(await extending.extend(db, keyed, permit=permit, voucher_id=voucher_id, asked=asked))


@routes.post("/v1/vouchers/{voucher_id}/cancel", status_code=201, response_model=ChangeRequestView, tags=["vouchers"])
async def cancel_voucher(
    voucher_id: VoucherId,
    body: CancellationAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view)],
) -> Response:
    """Ask that a voucher be cancelled; another person grants it, and what is available goes back to the pool."""
    asked = change_requests.Asked(
        kind=RequestKind.CANCEL,
        voucher_id=voucher_id,
        reason=body.reason,
        document=body.document,
        client_ref=body.client_ref,
    )
    return answered(await change_requests.ask(db, keyed, permit=permit, asked=asked))


@routes.post("/v1/vouchers/{voucher_id}/top-up", status_code=201, response_model=ChangeRequestView, tags=["vouchers"])
async def top_up_voucher(
    voucher_id: VoucherId,
    body: TopUpAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view)],
) -> Response:
    """Ask that a voucher be worth more; another person grants it, and the value comes out of its round's pool."""
    asked = change_requests.Asked(
        kind=RequestKind.TOP_UP,
        voucher_id=voucher_id,
        reason=body.reason,
        document=body.document,
        amount=body.amount.fen,
        currency=body.amount.currency,
        client_ref=body.client_ref,
    )
    return answered(await change_requests.ask(db, keyed, permit=permit, asked=asked))
