"""Speaks HTTP for `/v1/redemptions:batch`: many orders in one call, each under a key of its own and answered apart."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, cast

import fastapi
from fastapi import Depends
from pydantic import ConfigDict, Field, StrictBool, ValidationError, WrapValidator
from pydantic_core import to_json
from starlette.responses import Response

from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.http import (
    Db,
    Permitted,
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
from services.chassis.problems import ProblemDocument
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.voucher.redemption.api.bodies import CONTRACT, YUAN
from services.voucher.redemption.api.instant import OrderView
from services.voucher.redemption.api.items import ALONE, ITEMS, AnyItem, RedeemItem, Sent, order_of
from services.voucher.redemption.api.names import actor_of
from services.voucher.redemption.api.sealed import PROOF, Sealed
from services.voucher.redemption.api.views import RedemptionView
from services.voucher.redemption.domain.consent import Consent
from services.voucher.redemption.domain.orders import Actor, Order
from services.voucher.redemption.operations.batch import Unread, carry_out
from services.voucher.redemption.operations.consenting import consents_of
from services.voucher.redemption.operations.redeem import Request

routes = router()
MOST = 1_000
KEY_HEADER, DEADLINE_HEADER = "/headers/Idempotency-Key", "/headers/Request-Deadline"
"""Where a call of its own says what here an item says, or the whole batch."""


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
    """What one item came to, as its own call would have answered: a redemption (an order at the counter), or a problem.

    key: null where none could be read.
    """

    key: str | None
    status: int
    replayed: bool
    redemption: RedemptionView | OrderView | None
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
class Read:
    """An item that could be read: who orders it, and the key of the call that it would be alone."""

    item: AnyItem
    by: Actor
    keyed: Keyed

    def order(self, consents: Iterator[Consent | Refusal]) -> Order:
        """The order that it is; at the counter with the next consent, Refusal where that is one."""
        if not isinstance(self.item, RedeemItem):
            return order_of(self.item, self.by)
        consent = next(consents)
        if isinstance(consent, Refusal):
            raise consent
        return self.item.order(self.by, consent)


@dataclass(frozen=True)
class Call:
    """The call around the items: who calls, what opens a code, and until when it may be decided.

    actors: by operation, who the caller is to those that were read already.
    """

    http: fastapi.Request
    database: Database
    permit: Permit
    seal: Sealed
    deadline: RequestDeadline
    actors: dict[str, Actor] = field(default_factory=dict)

    async def requests(self, items: Sequence[Sent]) -> list[Request | Unread]:
        """The requests that calls of their own would be, or why one would be refused before anything is decided."""
        read = [self._read(sent) for sent in items]
        shown = [
            (one.item.consent.presented, one.keyed)
            for one in read
            if isinstance(one, Read) and isinstance(one.item, RedeemItem)
        ]
        consents = iter(await consents_of(self.database, self.seal, self.permit, shown))
        return [one if isinstance(one, Unread) else self._request(one, consents) for one in read]

    def _request(self, read: Read, consents: Iterator[Consent | Refusal]) -> Request | Unread:
        try:
            return Request(read.order(consents), read.keyed, self.deadline)
        except Refusal as refusal:
            return Unread(refusal, read.keyed.attempt)

    def _read(self, sent: Sent) -> Read | Unread:
        attempt = self._attempt(sent)
        try:
            _require_key(sent)
            item = self._item(sent)
            by = self._by(ALONE[item.verb].operation)
        except Refusal as refusal:
            return Unread(refusal, attempt)
        alone = ALONE[item.verb]
        keyed = Keyed(
            attempt=cast(Attempt, attempt),  # what could be read has a key and a verb of ours
            fingerprint=fingerprint(sent.path, sent.body, unsaid=PROOF),
            render=lambda outcome: alone.view(outcome).model_dump(mode="json"),
            status=alone.status,
        )
        return Read(item, by, keyed)

    def _by(self, operation: str) -> Actor:
        """The caller as whoever an operation takes him for; Refusal ``auth.forbidden``."""
        if operation not in self.actors:
            granted = permit(service_of(self.http).authorisation, operation, self.permit.caller)
            self.actors[operation] = actor_of(granted, request_id_of(self.http))
        return self.actors[operation]

    def shown(self, sent: Sent, answer: Answer | Refusal) -> dict[str, Any]:
        """An item as `ItemView`; an answer that was kept is shown as it was kept."""
        if isinstance(answer, Answer):
            said = {"status": answer.status, "replayed": answer.replayed, "redemption": answer.body, "problem": None}
        else:
            problem = problem_of(self.http, _placed(answer, ""), instance=sent.path or self.http.url.path)
            said = {"status": problem["status"], "replayed": False, "redemption": None, "problem": problem}
        return {"key": sent.key, **said}

    def _attempt(self, sent: Sent) -> Attempt | None:
        if sent.key is None or sent.alone is None:
            return None
        return attempt_of(self.http, sent.alone.operation, sent.key, sent.subject)

    def _item(self, sent: Sent) -> AnyItem:
        """An item of its verb; Refusal ``request.invalid``."""
        try:
            return ITEMS.validate_python(sent.value)
        except ValidationError as error:
            # the first step of a place within a union names the verb, which is no part of the item
            faults = [{**fault, "loc": ("body", *fault["loc"][1:])} for fault in error.errors(include_url=False)]
            raise ill_formed(self.http, faults) from error


async def _calling(
    request: fastapi.Request, db: Db, granted: Permitted, seal: Sealed, deadline: RequestDeadline
) -> Call:
    return Call(request, db, granted, seal, deadline)


@routes.post("/v1/redemptions:batch", response_model=BatchView, tags=["redemptions"])
async def batch_redemptions(body: BatchBody, call: Annotated[Call, Depends(_calling)]) -> Response:
    """Carry out many orders; each has its own Idempotency-Key, the one of its own call, and its own answer."""
    items = [Sent.of(item) for item in body.items]
    refuse_all(_twice(items))
    asked = await call.requests(items)
    answers = await carry_out(call.database, asked, all_or_nothing=body.all_or_nothing)
    if body.all_or_nothing:
        _all_done(answers)
    shown = [call.shown(sent, answer) for sent, answer in zip(items, answers, strict=True)]
    return Response(to_json({"items": shown, "counts": _counts(answers)}), media_type="application/json")


def _twice(items: Sequence[Sent]) -> list[Reason]:
    """A key that stands twice would ask one thing and mean two."""
    often = Counter(sent.key for sent in items)
    return [
        Reason("batch.key_twice", pointer=f"/items/{place}/key", numbers={"key": sent.key})
        for place, sent in enumerate(items)
        if sent.key is not None and often[sent.key] > 1
    ]


def _require_key(sent: Sent) -> None:
    """Refusal ``idempotency.missing`` or ``idempotency.malformed`` unless the item has a key."""
    if sent.key is None:
        missing = sent.member("key") is None
        raise Refusal("idempotency.missing" if missing else "idempotency.malformed", pointer=KEY_HEADER)


def _all_done(answers: Sequence[Answer | Refusal]) -> None:
    """Refusal ``batch.refused`` with all reasons of all items, each at its place; return when none was refused."""
    refused = [
        _placed(answer, f"/items/{place}")
        for place, answer in enumerate(answers)
        if isinstance(answer, Refusal) and answer.code != "batch.refused"
    ]
    if refused:
        numbers = {"refused": len(refused), "of": len(answers)}
        raise Refusal.of(
            [Reason("batch.refused", numbers=numbers), *(reason for one in refused for reason in one.reasons)]
        )


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
