"""Speaks HTTP for `/v1/redemptions`: one endpoint per verb, each an order on the one path."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Body, Depends
from starlette.responses import Response

from services.chassis import pages
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.http import Db, Permitted, RequestDeadline, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import ClientRef
from services.chassis.pages import After, Limit, Page
from services.voucher.redemption.api.bodies import (
    Acceptance,
    Because,
    CaptureBody,
    DeliveryBody,
    Proposal,
    RefundBody,
    RulingBody,
)
from services.voucher.redemption.api.names import RedemptionId, VoucherId, actor_of
from services.voucher.redemption.api.views import (
    RedemptionView,
    RedemptionWhole,
    outcome_view,
    redemption_view,
    whole_view,
)
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor, Order
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations import reading
from services.voucher.redemption.operations.redeem import Request, redeem
from services.voucher.redemption.store.redemptions import Wanted

routes = router()
ITEM = "/v1/redemptions/{redemption_id}"


@dataclass(frozen=True)
class Call:
    """A request under a key: who calls, where, and until when it may be decided."""

    database: Database
    permit: Permit
    keyed: Keyed
    deadline: RequestDeadline

    @property
    def by(self) -> Actor:
        """The caller as an actor."""
        return actor_of(self.permit, self.keyed.attempt.request_id)

    async def carry_out(self, order: Order) -> Response:
        """Put the order on the one path and answer."""
        return answered(await redeem(self.database, Request(order, self.keyed, self.deadline)))


async def _proposing(
    db: Db,
    permit: Permitted,
    deadline: RequestDeadline,
    keyed: Annotated[Keyed, under_key(outcome_view, subject="voucher_id")],
) -> Call:
    return Call(db, permit, keyed, deadline)


async def _changing(
    db: Db,
    permit: Permitted,
    deadline: RequestDeadline,
    keyed: Annotated[Keyed, under_key(outcome_view, status=200)],
) -> Call:
    return Call(db, permit, keyed, deadline)


Proposing = Annotated[Call, Depends(_proposing)]
Changing = Annotated[Call, Depends(_changing)]


@routes.post("/v1/redemptions", status_code=201, response_model=RedemptionView, tags=["redemptions"])
async def propose_redemption(body: Proposal, call: Proposing) -> Response:
    """Offer a contract under a voucher, as its holder or as the provider; the other side confirms."""
    return await call.carry_out(body.order(call.by))


@routes.post(f"{ITEM}/confirm", response_model=RedemptionView, tags=["redemptions"])
async def confirm_redemption(redemption_id: RedemptionId, call: Changing) -> Response:
    """Agree to the other side's offer: the value is frozen on the voucher."""
    return await call.carry_out(orders.Confirm(redemption_id=redemption_id, by=call.by))


@routes.post(f"{ITEM}/let-go", response_model=RedemptionView, tags=["redemptions"])
async def let_go_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Let the holder go to another provider, as a reviewer of his region: the one he leaves need not say a word."""
    return await call.carry_out(body.order(orders.LetGo, redemption_id, call.by))


@routes.post(f"{ITEM}/decline", response_model=RedemptionView, tags=["redemptions"])
async def decline_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Say no to the other side's offer."""
    return await call.carry_out(body.order(orders.Decline, redemption_id, call.by))


@routes.post(f"{ITEM}/withdraw", response_model=RedemptionView, tags=["redemptions"])
async def withdraw_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Take one's own offer back."""
    return await call.carry_out(body.order(orders.Withdraw, redemption_id, call.by))


@routes.post(f"{ITEM}/deliver", response_model=RedemptionView, tags=["redemptions"])
async def deliver_redemption(redemption_id: RedemptionId, body: DeliveryBody, call: Changing) -> Response:
    """Hand in a milestone with what it cost and its result file; the holder accepts, or silence does."""
    return await call.carry_out(body.order(redemption_id, call.by))


@routes.post(f"{ITEM}/accept", response_model=RedemptionView, tags=["redemptions"])
async def accept_redemption(
    redemption_id: RedemptionId, body: Annotated[Acceptance, Body(default_factory=Acceptance)], call: Changing
) -> Response:
    """Accept a delivery and rate it."""
    return await call.carry_out(body.order(redemption_id, call.by))


@routes.post(f"{ITEM}/rework", response_model=RedemptionView, tags=["redemptions"])
async def rework_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Send a delivery back to be done again, while `deliver_by` is not over."""
    return await call.carry_out(body.order(orders.Rework, redemption_id, call.by))


@routes.post(f"{ITEM}/dispute", response_model=RedemptionView, tags=["redemptions"])
async def dispute_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Object to a delivery; a reviewer of the holder's region decides."""
    return await call.carry_out(body.order(orders.Dispute, redemption_id, call.by))


@routes.post(f"{ITEM}/decide", response_model=RedemptionView, tags=["redemptions"])
async def decide_redemption(redemption_id: RedemptionId, body: RulingBody, call: Changing) -> Response:
    """End a dispute, as a reviewer of the holder's region with no earlier part in the case."""
    return await call.carry_out(body.order(redemption_id, call.by))


@routes.post(f"{ITEM}/capture", response_model=RedemptionView, tags=["redemptions"])
async def capture_redemption(
    redemption_id: RedemptionId, body: Annotated[CaptureBody, Body(default_factory=CaptureBody)], call: Changing
) -> Response:
    """Capture what an accepted delivery earned; after the last capture the rest goes back by itself."""
    return await call.carry_out(body.order(redemption_id, call.by))


@routes.post(f"{ITEM}/void", response_model=RedemptionView, tags=["redemptions"])
async def void_redemption(redemption_id: RedemptionId, body: Because, call: Changing) -> Response:
    """Give the hold up, or ask the other side to agree; the second side's call voids it."""
    return await call.carry_out(body.order(orders.Void, redemption_id, call.by))


@routes.post(f"{ITEM}/refund", response_model=RedemptionView, tags=["redemptions"])
async def refund_redemption(redemption_id: RedemptionId, body: RefundBody, call: Changing) -> Response:
    """Give captured value back to the voucher, whole or in part, while it is on no live claim line."""
    return await call.carry_out(body.order(redemption_id, call.by))


async def _wanted(
    voucher_id: VoucherId | None = None,
    state: State | None = None,
    client_ref: ClientRef | None = None,
    order_id: RedemptionId | None = None,
) -> Wanted:
    return Wanted(voucher_id=voucher_id, state=state, client_ref=client_ref, order_id=order_id)


@routes.get("/v1/redemptions", tags=["redemptions"])
async def list_redemptions(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[RedemptionView]:
    """One's own redemptions, a region's for its reviewers, all for the auditor; newest first."""
    found, cursor = await reading.list_redemptions(db, permit=permit, wanted=wanted, after=after, limit=limit)
    return Page(items=[redemption_view(one) for one in found], next_cursor=cursor)


@routes.get(ITEM, tags=["redemptions"])
async def get_redemption(redemption_id: RedemptionId, db: Db, permit: Permitted) -> RedemptionWhole:
    """One redemption as it stands now, with its timeline."""
    return whole_view(await reading.read_redemption(db, permit=permit, redemption_id=redemption_id))
