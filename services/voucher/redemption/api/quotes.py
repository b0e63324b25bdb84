"""Speaks HTTP for `/v1/quotes`: what a voucher would pay, every reason why not, and the room under every cap."""

from typing import Any, Literal

from fastapi import Request
from pydantic import ConfigDict

from services.chassis import problems
from services.chassis.http import Db, Permitted, RequestId, router, service_of
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.refusals import Reason
from services.voucher.redemption.api.bodies import PROPOSAL, Quoted
from services.voucher.redemption.api.names import VoucherId, actor_of
from services.voucher.redemption.domain.caps import Room
from services.voucher.redemption.domain.quote import Quote
from services.voucher.redemption.domain.redemption import Measure, Side
from services.voucher.redemption.operations.quoting import quote_voucher

routes = router()


class ReasonView(StrictModel):
    """Why the voucher would not pay: the rule, its numbers and where it is written."""

    code: str
    rule: str | None
    pointer: str | None
    message: str
    numbers: dict[str, Any]
    clause: str | None


class RoomView(StrictModel):
    """What is left under a cap: an amount, or how many times; subject: for whom it counts."""

    cap: str
    subject: str
    period: str
    limit: Money | int
    left: Money | int
    clause: str


class PriceStepView(StrictModel):
    """One step of the reckoning: the rule that spoke and the subsidy after it."""

    rule: str
    amount: Money


class QuoteView(StrictModel):
    """A quote. subsidy: what the rate gives on the contract, whatever the voucher holds.

    self_paid: what the holder pays himself beside amount, or for a provider beside subsidy. amount (what would be
    frozen), available and headroom are null for a provider: the holder has not consented. So is payable, where no rule
    says no: whether balance and caps leave enough he is not told. over_price: what the amount goes beyond the price,
    where a voucher is paid at its face. up_to: the scheme issued beyond its budget, and what it pays may still be cut
    to that.
    """

    voucher_id: VoucherId
    payable: bool | None
    subsidy: Money
    self_paid: Money
    amount: Money | None
    over_price: Money
    up_to: bool
    available: Money | None
    steps: list[PriceStepView]
    reasons: list[ReasonView]
    headroom: list[RoomView] | None
    use_by: Day
    use_by_ends: Instant
    deliver_by: Day
    deliver_by_ends: Instant


class QuoteBody(Quoted):
    """What is to be quoted. kind: instant asks, too, whether it may be redeemed at the counter.

    The contract is then the receipt: its number, today, and the price of all.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [PROPOSAL, {**PROPOSAL, "kind": "instant"}]})

    kind: Literal["contract", "instant"] = "contract"


@routes.post("/v1/quotes", tags=["redemptions"])
async def quote_redemption(
    body: QuoteBody, request: Request, db: Db, permit: Permitted, request_id: RequestId
) -> QuoteView:
    """What this voucher would pay here, and why or why not; nothing is frozen and nothing is kept."""
    order = body.order(actor_of(permit, request_id))
    quote = await quote_voucher(db, order, instant=body.kind == "instant")
    return _quote_view(quote, [_reason_view(request, reason) for reason in quote.reasons])


def _quote_view(quote: Quote, reasons: list[ReasonView]) -> QuoteView:
    voucher, price = quote.voucher, quote.price
    currency = voucher.currency
    return QuoteView(
        voucher_id=voucher.id,
        payable=None if quote.side is Side.PROVIDER and not reasons else not reasons,
        subsidy=Money.of(price.subsidy, currency),
        self_paid=Money.of(quote.self_paid, currency),
        amount=_money(quote.amount, currency),
        over_price=Money.of(quote.over_price, currency),
        up_to=quote.up_to,
        available=_money(quote.available, currency),
        steps=[PriceStepView(rule=step.rule, amount=Money.of(step.amount, currency)) for step in price.steps],
        reasons=reasons,
        headroom=[_room_view(room, currency) for room in quote.rooms] if quote.rooms is not None else None,
        use_by=voucher.use_by,
        use_by_ends=voucher.use_by_ends,
        deliver_by=voucher.deliver_by,
        deliver_by_ends=voucher.deliver_by_ends,
    )


def _money(fen: int | None, currency: str) -> Money | None:
    return None if fen is None else Money.of(fen, currency)


def _room_view(room: Room, currency: str) -> RoomView:
    amount = room.take.measure is Measure.AMOUNT
    return RoomView(
        cap=room.cap.id,
        subject=room.cap.subject,
        period=room.period,
        limit=Money.of(room.cap.limit, currency) if amount else room.cap.limit,
        left=Money.of(room.left, currency) if amount else room.left,
        clause=room.cap.source,
    )


def _reason_view(request: Request, reason: Reason) -> ReasonView:
    table = service_of(request).all_problems
    language = problems.language_of(request.headers.get("accept-language"))
    return ReasonView(
        code=reason.code,
        rule=reason.rule,
        pointer=reason.pointer,
        message=problems.message(table[reason.code], reason, language),
        numbers=dict(reason.numbers),
        clause=reason.clause,
    )
