"""Decides what an item of a batch is: the body of one verb with its key, and the call that it would be alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.config import JsonValue

from services.chassis.http import KEY_FORM, KEY_SAYS
from services.chassis.models import StrictModel
from services.voucher.redemption.api.bodies import (
    PROPOSAL,
    YUAN,
    Acceptance,
    Because,
    CaptureBody,
    DeliveryBody,
    Proposal,
    RefundBody,
)
from services.voucher.redemption.api.instant import QR_CODE, SALE, InstantBody, order_view
from services.voucher.redemption.api.names import RedemptionId
from services.voucher.redemption.api.views import outcome_view
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor, Order


def _example(verb: str, **members: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [{"key": "2020-10-12/1", "verb": verb, **members}]})


def _of_one(verb: str, **members: JsonValue) -> ConfigDict:
    return _example(verb, redemption_id="red_0190163d8694739b8bde3d2e05f9a1c5", **members)


class Item(StrictModel):
    """One order with the key it is remembered by, alone or in a batch."""

    key: Annotated[str, Field(pattern=f"^{KEY_FORM.pattern}$", description=KEY_SAYS)]


class OfOne(Item):
    """An order on a redemption that there is."""

    redemption_id: RedemptionId


class RedeemItem(Item, InstantBody):
    """Redeem at the counter; with a PIN, in a call of its own."""

    model_config = _example("redeem", **SALE, consent={"code": QR_CODE})

    verb: Literal["redeem"]


class ProposeItem(Item, Proposal):
    """Offer a contract under a voucher."""

    model_config = _example("propose", **PROPOSAL)

    verb: Literal["propose"]


class ConfirmItem(OfOne):
    """Agree to the other side's offer."""

    model_config = _of_one("confirm")

    verb: Literal["confirm"]


class BecauseItem(OfOne, Because):
    """An order that needs a reason."""

    model_config = _of_one("rework", reason="The report lacks the fatigue test.")

    verb: Literal["decline", "withdraw", "rework", "dispute", "void"]


class DeliverItem(OfOne, DeliveryBody):
    """Hand in a milestone."""

    model_config = _of_one(
        "deliver",
        settlement=YUAN,
        completed_on="2020-10-09",
        result_document_id="doc_0190163d8694739b8bde3d2e05f9a1c6",
    )

    verb: Literal["deliver"]


class AcceptItem(OfOne, Acceptance):
    """Accept a delivery."""

    model_config = _of_one("accept", rating=5)

    verb: Literal["accept"]


class CaptureItem(OfOne, CaptureBody):
    """Capture what an accepted delivery earned."""

    model_config = _of_one("capture", amount=YUAN)

    verb: Literal["capture"]


class RefundItem(OfOne, RefundBody):
    """Give captured value back."""

    model_config = _of_one("refund", amount=YUAN, reason="One sample was not tested.")

    verb: Literal["refund"]


Plain = ProposeItem | ConfirmItem | BecauseItem | DeliverItem | AcceptItem | CaptureItem | RefundItem
"""The items that are orders as they stand; the other one is what was consented to."""

AnyItem = Annotated[RedeemItem | Plain, Field(discriminator="verb")]
ITEMS: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
BECAUSE: Mapping[str, type[Order]] = {
    "decline": orders.Decline,
    "withdraw": orders.Withdraw,
    "rework": orders.Rework,
    "dispute": orders.Dispute,
    "void": orders.Void,
}


def order_of(item: Plain, by: Actor) -> Order:
    """The order that an item is."""
    if isinstance(item, ProposeItem):
        return item.order(by)
    if isinstance(item, ConfirmItem):
        return orders.Confirm(redemption_id=item.redemption_id, by=by)
    if isinstance(item, BecauseItem):
        return item.order(BECAUSE[item.verb], item.redemption_id, by)
    return item.order(item.redemption_id, by)


@dataclass(frozen=True, slots=True)
class Alone:
    """The call that an item of some verb would be alone; subject: the member that says what is tried upon."""

    operation: str
    path: str
    view: Callable[[Any], BaseModel] = outcome_view
    status: int = 200
    subject: str | None = "redemption_id"


ALONE: Mapping[str, Alone] = {
    "redeem": Alone("redeem_voucher", "/v1/redemptions:instant", order_view, 201, None),
    "propose": Alone("propose_redemption", "/v1/redemptions", status=201, subject="voucher_id"),
    **{
        verb: Alone(f"{verb}_redemption", f"/v1/redemptions/{{redemption_id}}/{verb}")
        for verb in ("confirm", *BECAUSE, "deliver", "accept", "capture", "refund")
    },
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One item as it was sent: perhaps no order at all.

    key: its key, where it can be one; alone: the call that it would be alone, where its verb is one of ours.
    """

    value: Any
    key: str | None
    alone: Alone | None

    @classmethod
    def of(cls, value: Any) -> "Sent":
        """An item, whatever was sent."""
        key, verb = (value.get("key"), value.get("verb")) if isinstance(value, dict) else (None, None)
        return cls(
            value,
            key if isinstance(key, str) and KEY_FORM.fullmatch(key) else None,
            ALONE.get(verb) if isinstance(verb, str) else None,
        )

    @property
    def path(self) -> str:
        """Where that call would go; nowhere, where there is none, or it does not say to which redemption."""
        if self.alone is None or None in self.subject.values():
            return ""
        return self.alone.path.format(redemption_id=self.member("redemption_id"))

    @property
    def subject(self) -> Mapping[str, Any]:
        """What it speaks of, as that call would say it."""
        name = self.alone.subject if self.alone is not None else None
        return {name: self.member(name)} if name is not None else {}

    @property
    def body(self) -> Mapping[str, Any]:
        """What that call would send: what is neither in its header nor in its path."""
        elsewhere = {"key", "verb"} | ({"redemption_id"} if "redemption_id" in self.subject else set())
        return {name: member for name, member in self.value.items() if name not in elsewhere}

    def member(self, name: str) -> Any:
        """A member by name, if it was sent."""
        return self.value.get(name) if isinstance(self.value, dict) else None
