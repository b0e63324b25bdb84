"""Speaks HTTP for `/v1/fundings`: money announced to a payer account, approved by a second person."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import BudgetLineId, FundingId, PayerAccountId
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.operations import fundings
from services.voucher.payout.store.fundings import Wanted

routes = router()
ITEM = "/v1/fundings/{funding_id}"


class FundingRejected(StrictModel):
    """Why a funding is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The document names another line."}]})

    reason: Prose


class FundingView(StrictModel):
    """A funding; `reference` is what the bank line is recognised by, `decide_by` when it is overdue."""

    id: FundingId
    payer_account_id: PayerAccountId
    budget_line_id: BudgetLineId
    treasury: str
    reference: str
    amount: Money
    document: str
    state: FundingState
    proposed_by: str
    proposed_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    received_on: Day | None


_PLAIN = FundingView.model_fields.keys() - {"amount"}


def funding_view(funding: AccountFunding) -> FundingView:
    """A funding as shown."""
    amount = Money.of(funding.amount, funding.currency)
    return FundingView(**{name: getattr(funding, name) for name in _PLAIN}, amount=amount)


async def _wanted(
    state: FundingState | None = None,
    payer_account_id: PayerAccountId | None = None,
    budget_line_id: BudgetLineId | None = None,
) -> Wanted:
    return Wanted(state=state, payer_account_id=payer_account_id, budget_line_id=budget_line_id)


@routes.get("/v1/fundings", tags=["payer accounts"])
async def list_fundings(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[FundingView]:
    """One's own treasury's fundings, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await fundings.list_fundings(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[funding_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["payer accounts"])
async def get_funding(funding_id: FundingId, db: Db, permit: Permitted) -> FundingView:
    """One funding."""
    return funding_view(await fundings.read_funding(db, permit=permit, funding_id=funding_id))


@routes.post(f"{ITEM}/approve", response_model=FundingView, tags=["payer accounts"])
async def approve_funding(
    funding_id: FundingId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(funding_view, status=200)]
) -> Response:
    """Approve a funding that another person proposed."""
    return answered(await fundings.approve(db, keyed, permit=permit, funding_id=funding_id))


@routes.post(f"{ITEM}/reject", response_model=FundingView, tags=["payer accounts"])
async def reject_funding(
    funding_id: FundingId,
    body: FundingRejected,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(funding_view, status=200)],
) -> Response:
    """Reject a funding that another person proposed, with a reason."""
    return answered(await fundings.reject(db, keyed, permit=permit, funding_id=funding_id, reason=body.reason))
