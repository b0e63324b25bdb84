"""Speaks HTTP for `/v1/redemptions:batch`: many orders in one call, each under a key of its own and answered apart."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Literal, cast

import fastapi
from fastapi import Depends
from pydantic import ConfigDict, Field, StrictBool, TypeAdapter, ValidationError, WrapValidator
from starlette.responses import JSONResponse

from services.chassis.authorisation import Permit, permit
from services.chassis.http import (
    KEY_FORM,
    KEY_SAYS,
    Db,
    Permitted,
    ProblemDocument,
    RequestDeadline,
    attempt_of,
    ill_formed,
    problem_of,
    request_id_of,
    router,
    service_of,
)
from services.chassis.idempotency import Answer, Keyed, fingerprint
from services.chassis.models import StrictModel
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.voucher.redemption.api.bodies import (
    CONTRACT,
    YUAN,
    Acceptance,
    Because,
    CaptureBody,
    DeliveryBody,
    Proposal,
    RefundBody,
)
from services.voucher.redemption.api.names import RedemptionId, actor_of
from services.voucher.redemption.api.views import RedemptionView, outcome_view
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor, Order
from services.voucher.redemption.operations.batch import Unread, carry_out
from services.voucher.redemption.operations.redeem import Request

routes = router()
MOST = 1_000
KEY_HEADER, DEADLINE_HEADER = "/headers/Idempotency-Key", "/headers/Request-Deadline"
"""Where a call of its own says what an item says, or the whole batch."""
BECAUSE: Mapping[str, type[Order]] = {
    "decline": orders.Decline,
    "withdraw": orders.Withdraw,
    "rework": orders.Rework,
    "dispute": orders.Dispute,
    "void": orders.Void,
}


class Item(StrictModel):
    """One order with the key it is remembered by, alone or in a batch."""

    key: Annotated[str, Field(pattern=f"^{KEY_FORM.pattern}$", description=KEY_SAYS)]


class OfOne(Item):
    """An order on a redemption that there is."""

    redemption_id: RedemptionId


class ProposeItem(Item, Proposal):
    """Offer a contract under a voucher."""

    verb: Literal["propose"]


class ConfirmItem(OfOne):
    """Agree to the other side's offer."""

    verb: Literal["confirm"]

    def order(self, redemption_id: RedemptionId, by: Actor) -> Order:
        """The order that this is."""
        return orders.Confirm(redemption_id=redemption_id, by=by)


class BecauseItem(OfOne, Because):
    """An order that needs a reason."""

    verb: Literal["decline", "withdraw", "rework", "dispute", "void"]


class DeliverItem(OfOne, DeliveryBody):
    """Hand in a milestone."""

    verb: Literal["deliver"]


class AcceptItem(OfOne, Acceptance):
    """Accept a delivery."""

    verb: Literal["accept"]


class CaptureItem(OfOne, CaptureBody):
    """Capture what an accepted delivery earned."""

    verb: Literal["capture"]


class RefundItem(OfOne, RefundBody):
    """Give captured value back."""

    verb: Literal["refund"]


AnyItem = Annotated[
    ProposeItem | ConfirmItem | BecauseItem | DeliverItem | AcceptItem | CaptureItem | RefundItem,
    Field(discriminator="verb"),
]
ITEMS: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)


def _unread(sent: Any, _: Callable[[Any], Any]) -> Any:
    """Each item is read by itself, so that one that cannot be read is answered alone."""
    return sent


class BatchBody(StrictModel):
    """Up to 1,000 orders, decided in turn. all_or_nothing: where one is refused, none is carried out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "key": "2020-10-12/1",
                            "verb": "capture",
                            "redemption_id": "red_0190163d8694739b8bde3d2e05f9a1c5",
                            "amount": YUAN,
                        },
                        {
                            "key": "2020-10-12/2",
                            "verb": "propose",
                            "voucher_id": "vch_0190163d8694739b8bde3d2e05f9a1c4",
                            "provider_id": "prv_0190163d8694739b8bde3d2e05f9a1c5",
                            "category": "testing",
                            "contract": CONTRACT,
                        },
                    ],
                    "all_or_nothing": False,
                }
            ]
        }
    )

    items: Annotated[list[Annotated[AnyItem, WrapValidator(_unread)]], Field(min_length=1, max_length=MOST)]
    all_or_nothing: StrictBool = False


class ItemView(StrictModel):
    """What one item came to, as its own call would have answered: a redemption, or a problem."""

    key: str | None
    status: int
    replayed: bool
    redemption: RedemptionView | None
    problem: ProblemDocument | None


class CountsView(StrictModel):
    """How many were carried out now, were carried out before, and were refused."""

    done: int
    replayed: int
    refused: int


class BatchView(StrictModel):
    """What each item came to, in the order in which they were sent."""

    items: list[ItemView]
    counts: CountsView


@dataclass(frozen=True)
class Sent:
    """One item as it was sent: perhaps no order at all."""

    value: Any

    def named(self, name: str) -> Any:
        """A member, if there is one."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    @cached_property
    def key(self) -> str | None:
        """Its key, where it can be one."""
        key = self.named("key")
        return key if isinstance(key, str) and KEY_FORM.fullmatch(key) else None

    @property
    def operation(self) -> str:
        """The operation that a call of its own would be."""
        return f"{self.named('verb')}_redemption"

    @property
    def path(self) -> str:
        """Where a call of its own would go."""
        new = self.named("verb") == "propose"
        return "/v1/redemptions" if new else f"/v1/redemptions/{self.named('redemption_id')}/{self.named('verb')}"

    @property
    def subject(self) -> Mapping[str, Any]:
        """What it speaks of, as a call of its own would say it."""
        name = "voucher_id" if self.named("verb") == "propose" else "redemption_id"
        return {name: self.named(name)}

    @property
    def body(self) -> Mapping[str, Any]:
        """What a call of its own would send."""
        of_the_item = {"key", "verb"} if self.named("verb") == "propose" else {"key", "verb", "redemption_id"}
        return {name: member for name, member in self.value.items() if name not in of_the_item}


@dataclass(frozen=True)
class Call:
    """The call around the items: who calls, and until when it may be decided."""

    http: fastapi.Request
    permit: Permit
    deadline: RequestDeadline

    def read(self, sent: Sent) -> Request | Unread:
        """The request that a call of its own would be, or why it would be refused before anything is decided."""
        try:
            item = _read(self.http, sent)
            granted = permit(service_of(self.http).authorisation, sent.operation, self.permit.caller)
        except Refusal as refusal:
            return Unread(refusal, self._attempt(sent))
        by = actor_of(granted, request_id_of(self.http))
        return Request(_order(item, by), self._keyed(sent), self.deadline)

    def shown(self, sent: Sent, answer: Answer | Refusal) -> dict[str, Any]:
        """An item as `ItemView`; an answer that was kept is shown as it was kept."""
        if isinstance(answer, Answer):
            said = {"status": answer.status, "replayed": answer.replayed, "redemption": answer.body, "problem": None}
        else:
            problem = problem_of(self.http, _placed(answer, ""), instance=sent.path)
            said = {"status": problem["status"], "replayed": False, "redemption": None, "problem": problem}
        return {"key": sent.key, **said}

    def _keyed(self, sent: Sent) -> Keyed:
        return Keyed(
            attempt=attempt_of(self.http, sent.operation, cast(str, sent.key), sent.subject),
            fingerprint=fingerprint(sent.path, sent.body),
            render=lambda outcome: outcome_view(outcome).model_dump(mode="json"),
            status=201 if sent.named("verb") == "propose" else 200,
        )

    def _attempt(self, sent: Sent) -> Any:
        known = sent.operation in service_of(self.http).authorisation
        return attempt_of(self.http, sent.operation, sent.key, sent.subject) if sent.key and known else None


def _calling(request: fastapi.Request, granted: Permitted, deadline: RequestDeadline) -> Call:
    return Call(request, granted, deadline)


@routes.post("/v1/redemptions:batch", response_model=BatchView, tags=["redemptions"])
async def batch_redemptions(body: BatchBody, db: Db, call: Annotated[Call, Depends(_calling)]) -> JSONResponse:
    """Carry out many orders; each has its own Idempotency-Key, the one of its own call, and its own answer."""
    items = [Sent(item) for item in body.items]
    refuse_all(_twice(items))
    answers = await carry_out(db, [call.read(sent) for sent in items], all_or_nothing=body.all_or_nothing)
    if body.all_or_nothing:
        _all_done(answers)
    shown = [call.shown(sent, answer) for sent, answer in zip(items, answers, strict=True)]
    return JSONResponse({"items": shown, "counts": _counts(answers)})


def _twice(items: Sequence[Sent]) -> list[Reason]:
    """A key that stands twice would ask one thing and mean two."""
    often = Counter(sent.key for sent in items)
    return [
        Reason("batch.key_twice", pointer=f"/items/{place}/key", numbers={"key": sent.key})
        for place, sent in enumerate(items)
        if sent.key is not None and often[sent.key] > 1
    ]


def _read(request: fastapi.Request, sent: Sent) -> AnyItem:
    """An item of its verb. Refusal ``idempotency.missing``, ``idempotency.malformed`` or ``request.invalid``."""
    if sent.key is None:
        missing = sent.named("key") is None
        raise Refusal("idempotency.missing" if missing else "idempotency.malformed", pointer="/key")
    try:
        return ITEMS.validate_python(sent.value)
    except ValidationError as error:
        # the first step of a place within a union names the verb, which is no part of the item
        faults = [{**fault, "loc": ("body", *fault["loc"][1:])} for fault in error.errors(include_url=False)]
        raise ill_formed(request, faults) from error


def _order(item: AnyItem, by: Actor) -> Order:
    if isinstance(item, ProposeItem):
        return item.order(by)
    if isinstance(item, BecauseItem):
        return item.order(BECAUSE[item.verb], item.redemption_id, by)
    return item.order(item.redemption_id, by)


def _all_done(answers: Sequence[Answer | Refusal]) -> None:
    """Refusal ``batch.refused`` with all reasons of all items, each at its place; return when none was refused."""
    refused = [
        _placed(answer, f"/items/{place}")
        for place, answer in enumerate(answers)
        if isinstance(answer, Refusal) and answer.code != "batch.refused"
    ]
    if refused:
        raise Refusal.of([Reason("batch.refused"), *(reason for one in refused for reason in one.reasons)])


def _placed(refusal: Refusal, item: str) -> Refusal:
    """The same reasons where they stand in the batch: an item's key is a member of it and no header."""
    headers = {KEY_HEADER: f"{item}/key", DEADLINE_HEADER: DEADLINE_HEADER}
    places = [headers.get(reason.pointer or "", f"{item}{reason.pointer or ''}") for reason in refusal.reasons]
    return Refusal.of(
        [replace(reason, pointer=place or None) for reason, place in zip(refusal.reasons, places, strict=True)]
    )


def _counts(answers: Sequence[Answer | Refusal]) -> dict[str, int]:
    told = [answer.replayed for answer in answers if isinstance(answer, Answer)]
    return {"done": told.count(False), "replayed": told.count(True), "refused": len(answers) - len(told)}
