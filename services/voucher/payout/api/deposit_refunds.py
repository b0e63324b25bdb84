"""Speaks HTTP for `/v1/deposit-refunds`: what goes back to holders of what they paid in, by two persons."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import EXAMPLE_ID, DepositRefundId, RedemptionId, number_for
from services.voucher.payout.domain.refund import Refund, RefundState
from services.voucher.payout.operations import deposit_refunds
from services.voucher.payout.store.refunds import Wanted

routes = router()
ITEM = "/v1/deposit-refunds/{deposit_refund_id}"


class NewDepositRefund(StrictModel):
    """Of which redemption the holder's money goes back, all that nobody needs of it, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"redemption_id": f"red_{EXAMPLE_ID}", "cause": "The contract was voided by both sides."}]
        }
    )

    redemption_id: RedemptionId
    cause: Prose


class DepositRefundRejected(StrictModel):
    """Why a refund is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The provider has another invoice open."}]})

    reason: Prose


class DepositRefundView(StrictModel):
    """A refund. reference: what its transfer bears and is recognised by; decide_by: when it is overdue.

    The account is the one that the deposit came from, by the bank's line, which does not tell the bank ("").
    """

    id: DepositRefundId
    redemption_id: RedemptionId
    payee_name: str
    account_number: str
    bank_code: str
    bank_name: str
    reference: str
    amount: Money
    cause: str
    state: RefundState
    proposed_by: str
    proposed_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    settled_on: Day | None


_PLAIN = DepositRefundView.model_fields.keys() - {"amount", "account_number"}


def refund_view(permit: Permitted, refund: Refund) -> DepositRefundView:
    """A refund as shown to a caller."""
    return DepositRefundView(
        **{name: getattr(refund, name) for name in _PLAIN},
        amount=Money.of(refund.amount, refund.currency),
        account_number=number_for(permit, refund.account_number, owner=refund.holder_id),
    )


def _for_finance(refund: Refund) -> DepositRefundView:
    """As shown to finance, which alone proposes and decides."""
    return DepositRefundView(
        **{name: getattr(refund, name) for name in _PLAIN},
        amount=Money.of(refund.amount, refund.currency),
        account_number=refund.account_number,
    )


async def _wanted(state: RefundState | None = None, redemption_id: RedemptionId | None = None) -> Wanted:
    return Wanted(state=state, redemption_id=redemption_id)


@routes.post("/v1/deposit-refunds", status_code=201, response_model=DepositRefundView, tags=["deposits"])
async def propose_deposit_refund(
    body: NewDepositRefund,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(_for_finance, subject="redemption_id")],
) -> Response:
    """Propose to give back what nobody needs of a deposit, to the account it came from; another person approves."""
    return answered(
        await deposit_refunds.propose(db, keyed, permit=permit, redemption_id=body.redemption_id, cause=body.cause)
    )


@routes.get("/v1/deposit-refunds", tags=["deposits"])
async def list_deposit_refunds(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[DepositRefundView]:
    """What goes back to one's own organisation; a treasury's for its finance, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await deposit_refunds.list_refunds(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[refund_view(permit, one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["deposits"])
async def get_deposit_refund(deposit_refund_id: DepositRefundId, db: Db, permit: Permitted) -> DepositRefundView:
    """One refund."""
    return refund_view(permit, await deposit_refunds.read_refund(db, permit=permit, refund_id=deposit_refund_id))


@routes.post(f"{ITEM}/approve", response_model=DepositRefundView, tags=["deposits"])
async def approve_deposit_refund(
    deposit_refund_id: DepositRefundId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(_for_finance, status=200)],
) -> Response:
    """Approve what another person proposed; it is transferred under its reference, and a statement settles it."""
    return answered(await deposit_refunds.approve(db, keyed, permit=permit, refund_id=deposit_refund_id))


@routes.post(f"{ITEM}/reject", response_model=DepositRefundView, tags=["deposits"])
async def reject_deposit_refund(
    deposit_refund_id: DepositRefundId,
    body: DepositRefundRejected,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(_for_finance, status=200)],
) -> Response:
    """Reject what another person proposed, with a reason."""
    return answered(
        await deposit_refunds.reject(db, keyed, permit=permit, refund_id=deposit_refund_id, reason=body.reason)
    )
