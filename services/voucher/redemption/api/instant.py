"""Speaks HTTP for `/v1/redemptions:instant`: redeeming at the counter, in one call."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.chassis.http import Db, Permitted, RequestDeadline, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import new_id
from services.chassis.models import ClientRef, Line, Money, MoneyAsked, MoneyFromZero, Prose, StrictModel
from services.voucher.redemption.api.bodies import fen_of
from services.voucher.redemption.api.declared import DeclaredBody
from services.voucher.redemption.api.names import (
    Category,
    OfferingId,
    ProviderId,
    Quantity,
    RedemptionId,
    VoucherId,
    actor_of,
)
from services.voucher.redemption.api.sealed import PROOF, ConsentBody, Sealed
from services.voucher.redemption.api.views import RedemptionView, redemption_view
from services.voucher.redemption.domain.consent import Consent, Means
from services.voucher.redemption.domain.orders import Actor, Redeem
from services.voucher.redemption.domain.payment import MOST_VOUCHERS
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import Side
from services.voucher.redemption.operations.consenting import consent_of
from services.voucher.redemption.operations.redeem import Request, redeem

routes = router()
SALE: JsonDict = {
    "category": "testing",
    "price": {"amount": "1234.50", "currency": "CNY"},
    "number": "R-20200921-0042",
}
QR_CODE = "IVQ1:" + "AFQ2M7RCX4KN3WTZ" * 11 + "AFQ2M7RCX4KN"
OFFERING = {"message_zh": "请指明服务产品，或填写服务类别与总价"}
TWICE = {"message_zh": "同一张券只能列一次"}
BY_CODE = {"message_zh": "用券单位的券码已指明所用的券，不可另行指定"}


class InstantBody(DeclaredBody):
    """A service that is done and paid for here and now. number: that of the receipt; price: what it costs in all; tax:
    how much of that is tax, which a scheme that pays without tax must know.

    A provider shows the holder's code, which names the voucher. A holder shows the provider's and may name vouchers of
    his; else those pay that end first. amount: the subsidy wanted, left out for all that there is. With an offering,
    its category and price × quantity count, and need not be named.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {**SALE, "consent": {"code": "IVP1:7GQ4PXAB23CDEF9HTUVW", "pin": "482913"}},
                {**SALE, "consent": {"code": QR_CODE}, "client_ref": "till-3-0042"},
            ]
        }
    )

    consent: ConsentBody
    provider_id: ProviderId | None = None
    voucher_ids: Annotated[tuple[VoucherId, ...], Field(max_length=MOST_VOUCHERS)] = ()
    category: Category | None = None
    offering_id: OfferingId | None = None
    quantity: Quantity = 1
    price: MoneyAsked | None = None
    tax: MoneyFromZero | None = None
    number: Line
    amount: MoneyAsked | None = None
    description: Prose | None = None
    client_ref: ClientRef | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if len({one.currency for one in (self.amount, self.price, self.tax) if one is not None}) > 1:
            raise PydanticCustomError("currency_differs", "Amount and price are in one currency")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.offering_id is None and (self.category is None or self.price is None or self.quantity != 1):
            raise PydanticCustomError(
                "offering_missing", "Name an offering, or a category and the price of all", OFFERING
            )
        return self

    @model_validator(mode="after")
    def _vouchers(self) -> Self:
        if len(set(self.voucher_ids)) < len(self.voucher_ids):
            raise PydanticCustomError("vouchers_twice", "A voucher pays once", TWICE)
        if self.voucher_ids and self.consent.presented.means is not Means.PROVIDER_CODE:
            raise PydanticCustomError("vouchers_by_code", "The holder's code names the voucher itself", BY_CODE)
        return self

    def order(self, by: Actor, consent: Consent) -> Redeem:
        """The order that this is, with what its code turned out to be."""
        named = self.price or self.tax or self.amount
        further = len(self.voucher_ids) - 1 if self.voucher_ids else MOST_VOUCHERS - 1
        return Redeem(
            redemption_id=new_id(),
            by=by,
            part_ids=tuple(new_id() for _ in range(further if consent.means is Means.PROVIDER_CODE else 0)),
            consent=consent,
            provider_id=self.provider_id,
            voucher_ids=self.voucher_ids,
            category=self.category,
            currency=named.currency if named is not None else None,
            price=self.price.fen if self.price is not None else None,
            tax=fen_of(self.tax),
            offering_id=self.offering_id,
            quantity=self.quantity,
            number=self.number,
            asked=self.amount.fen if self.amount is not None else None,
            description=self.description or "",
            declared=self.declared,
            client_ref=self.client_ref,
        )


class OrderView(StrictModel):
    """What an order at the counter came to: subsidy + own_share = its price + over_price; one redemption for each
    voucher that paid.

    over_price: what vouchers that are paid at their face go beyond the price; nothing under other schemes.
    spendable_after: what may be spent now of these vouchers; null for a provider, who is not told of a balance.
    """

    order_id: RedemptionId
    subsidy: Money
    own_share: Money
    over_price: Money
    spendable_after: Money | None
    redemptions: list[RedemptionView]


def order_view(outcome: Outcome) -> OrderView:
    """The whole order as shown."""
    first = outcome.redemption
    currency, price = first.terms.currency, first.terms.contract.amount
    subsidy = sum(one.captured for one in outcome.redemptions)
    told = first.proposed_by is Side.HOLDER
    return OrderView(
        order_id=first.id,
        subsidy=Money.of(subsidy, currency),
        own_share=Money.of(max(0, price - subsidy), currency),
        over_price=Money.of(sum(one.over_price for one in outcome.redemptions), currency),
        spendable_after=Money.of(outcome.spendable, currency) if told else None,
        redemptions=[redemption_view(one) for one in outcome.redemptions],
    )


@routes.post("/v1/redemptions:instant", status_code=201, response_model=OrderView, tags=["redemptions"])
async def redeem_voucher(
    body: InstantBody,
    db: Db,
    permit: Permitted,
    seal: Sealed,
    deadline: RequestDeadline,
    keyed: Annotated[Keyed, under_key(order_view, unsaid=PROOF)],
) -> Response:
    """Redeem at the counter, as the provider with the holder's code, or as the holder with the provider's."""
    consent = await consent_of(db, seal, permit, body.consent.presented, keyed)
    order = body.order(actor_of(permit, keyed.attempt.request_id), consent)
    return answered(await redeem(db, Request(order, keyed, deadline)))
