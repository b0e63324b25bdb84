"""Speaks HTTP for `/v1/payouts`: one payment each, for whoever pays it and whom it pays."""

from typing import Annotated

from fastapi import Depends

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import OrganizationId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import (
    BankAccountId,
    BudgetLineId,
    ClaimLineId,
    LegId,
    PayerAccountId,
    PayoutBatchId,
    PayoutId,
    number_for,
)
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.payout.operations import reading
from services.voucher.payout.store.payouts import Wanted

routes = router()


class PayoutView(StrictModel):
    """One payment of one leg of a claim line; name and account as they stood when its batch was made.

    settled_on, returned_on: when the bank booked it, and took it back.
    """

    id: PayoutId
    batch_id: PayoutBatchId
    position: int
    leg_id: LegId
    claim_line_id: ClaimLineId
    part: str
    payer_account_id: PayerAccountId
    budget_line_id: BudgetLineId
    payee_id: OrganizationId
    bank_account_id: BankAccountId
    payee_name: str
    account_number: str
    bank_code: str
    bank_name: str
    amount: Money
    reference: str
    state: PayoutState
    sent_at: Instant | None
    settled_on: Day | None
    returned_on: Day | None


_PLAIN = PayoutView.model_fields.keys() - {"amount", "account_number"}


def payout_view(permit: Permitted, payout: Payout) -> PayoutView:
    """A payout as shown to a caller."""
    return PayoutView(
        **{name: getattr(payout, name) for name in _PLAIN},
        amount=Money.of(payout.amount, payout.currency),
        account_number=number_for(permit, payout.account_number, owner=payout.payee_id),
    )


async def _wanted(
    state: PayoutState | None = None,
    payout_batch_id: PayoutBatchId | None = None,
    claim_line_id: ClaimLineId | None = None,
    payee_id: OrganizationId | None = None,
) -> Wanted:
    return Wanted(payee_id=payee_id, state=state, batch_id=payout_batch_id, claim_line_id=claim_line_id)


@routes.get("/v1/payouts", tags=["payouts"])
async def list_payouts(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[PayoutView]:
    """What pays one's own organisation, a treasury's payouts for its finance, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await reading.list_payouts(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[payout_view(permit, one) for one in items], next_cursor=cursor)


@routes.get("/v1/payouts/{payout_id}", tags=["payouts"])
async def get_payout(payout_id: PayoutId, db: Db, permit: Permitted) -> PayoutView:
    """One payout."""
    return payout_view(permit, await reading.read_payout(db, permit=permit, payout_id=payout_id))
