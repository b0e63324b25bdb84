"""Speaks HTTP for `/v1/deposits`: what holders pay in of their own part, where the treasury pays the whole."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import OrganizationId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import EXAMPLE_ID, DepositId, RedemptionId
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.operations import deposits
from services.voucher.payout.store.deposits import Wanted

routes = router()
ITEM = "/v1/deposits/{deposit_id}"


class NewDeposit(StrictModel):
    """For which redemption the holder pays his part in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"redemption_id": f"red_{EXAMPLE_ID}"}]})

    redemption_id: RedemptionId


class PaidTo(StrictModel):
    """The account in escrow that the transfer goes to."""

    name: str
    number: str
    bank_code: str
    bank_name: str


class DepositView(StrictModel):
    """A deposit of the holder of a redemption. amount: what was missing when it was announced; received: what came in.

    reference: what the holder writes on the transfer, made from an account in the name of payer_name.
    """

    id: DepositId
    redemption_id: RedemptionId
    payee_id: OrganizationId
    payer_name: str
    to: PaidTo
    reference: str
    amount: Money
    state: DepositState
    announced_by: str
    announced_at: Instant
    received: Money | None
    received_on: Day | None


_PLAIN = DepositView.model_fields.keys() - {"to", "amount", "received"}


def deposit_view(kept: tuple[Deposit, PayerAccount]) -> DepositView:
    """A deposit as shown, with the account that it goes to."""
    deposit, account = kept
    to = PaidTo(name=account.name, number=account.number, bank_code=account.bank_code, bank_name=account.bank_name)
    return DepositView(
        **{name: getattr(deposit, name) for name in _PLAIN},
        to=to,
        amount=Money.of(deposit.asked, deposit.currency),
        received=None if deposit.received is None else Money.of(deposit.received, deposit.currency),
    )


async def _wanted(state: DepositState | None = None, redemption_id: RedemptionId | None = None) -> Wanted:
    return Wanted(state=state, redemption_id=redemption_id)


@routes.post("/v1/deposits", status_code=201, response_model=DepositView, tags=["deposits"])
async def announce_deposit(
    body: NewDeposit,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(deposit_view, subject="redemption_id")],
) -> Response:
    """Announce what is missing of one's own part; the answer says to which account and under which reference."""
    return answered(await deposits.announce(db, keyed, permit=permit, redemption_id=body.redemption_id))


@routes.get("/v1/deposits", tags=["deposits"])
async def list_deposits(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[DepositView]:
    """What one pays in, or is to be paid from; a treasury's for its finance, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await deposits.list_deposits(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one[0].id),))
    return Page(items=[deposit_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["deposits"])
async def get_deposit(deposit_id: DepositId, db: Db, permit: Permitted) -> DepositView:
    """One deposit."""
    return deposit_view(await deposits.read_deposit(db, permit=permit, deposit_id=deposit_id))


@routes.post(f"{ITEM}/withdraw", response_model=DepositView, tags=["deposits"])
async def withdraw_deposit(
    deposit_id: DepositId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(deposit_view, status=200)]
) -> Response:
    """Take an announcement back; what comes in all the same is received, and may go back."""
    return answered(await deposits.withdraw(db, keyed, permit=permit, deposit_id=deposit_id))
