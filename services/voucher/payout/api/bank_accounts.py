"""Speaks HTTP for `/v1/bank-accounts`: where a payee is paid, changed by two persons after a time to notice."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import OrganizationId
from services.chassis.models import ClientRef, Day, Instant, Line, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import BankAccountId, number_for
from services.voucher.payout.domain.bank_account import AccountState, BankAccount
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.operations import bank_accounts
from services.voucher.payout.store.bank_accounts import Wanted

routes = router()
ITEM = "/v1/bank-accounts/{bank_account_id}"


class NewBankAccount(StrictModel):
    """An account at a bank in the payee's own name; bank_code: the branch's twelve digits (CNAPS)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "江门市检验检测中心",
                    "number": "2012002109024512345",
                    "bank_code": "102589000010",
                    "bank_name": "中国工商银行江门分行",
                    "client_ref": "account-2020",
                }
            ]
        }
    )

    name: Line
    number: Annotated[str, Field(max_length=64)]
    bank_code: Annotated[str, Field(max_length=64)]
    bank_name: Line
    client_ref: ClientRef | None = None

    @property
    def particulars(self) -> Particulars:
        """The same inside."""
        return Particulars(name=self.name, number=self.number, bank_code=self.bank_code, bank_name=self.bank_name)


class AccountRejected(StrictModel):
    """Why an account is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The bank does not know this number."}]})

    reason: Prose


class BankAccountView(StrictModel):
    """A payee's account. While it is cooling or confirmed its payee is not paid at all; persons are references."""

    id: BankAccountId
    organization_id: OrganizationId
    name: str
    number: str
    bank_code: str
    bank_name: str
    state: AccountState
    submitted_by: str
    submitted_at: Instant
    cooling_until: Day
    cooling_ends: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    active_at: Instant | None
    retired_at: Instant | None
    client_ref: str | None


def account_view(account: BankAccount) -> BankAccountView:
    """An account as shown to its owner and to finance."""
    return BankAccountView(**{name: getattr(account, name) for name in BankAccountView.model_fields})


def _seen(permit: Permitted, account: BankAccount) -> BankAccountView:
    number = number_for(permit, account.number, owner=account.organization_id)
    return account_view(account).model_copy(update={"number": number})


@routes.post("/v1/bank-accounts", status_code=201, response_model=BankAccountView, tags=["bank accounts"])
async def submit_bank_account(
    body: NewBankAccount, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(account_view)]
) -> Response:
    """Submit a new account of one's own organisation; another person at finance confirms it, and it cools first."""
    answer = await bank_accounts.submit(db, keyed, permit=permit, asked=body.particulars, client_ref=body.client_ref)
    return answered(answer)


async def _wanted(state: AccountState | None = None, organization_id: OrganizationId | None = None) -> Wanted:
    return Wanted(organization_id, state)


@routes.get("/v1/bank-accounts", tags=["bank accounts"])
async def list_bank_accounts(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[BankAccountView]:
    """One's own accounts, for finance those of its treasury's payees, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await bank_accounts.list_accounts(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[_seen(permit, one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["bank accounts"])
async def get_bank_account(bank_account_id: BankAccountId, db: Db, permit: Permitted) -> BankAccountView:
    """One account."""
    return _seen(permit, await bank_accounts.read_account(db, permit=permit, account_id=bank_account_id))


@routes.post(f"{ITEM}/confirm", response_model=BankAccountView, tags=["bank accounts"])
async def confirm_bank_account(
    bank_account_id: BankAccountId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(account_view, status=200)],
) -> Response:
    """Confirm an account that another person submitted, having asked the payee by another way."""
    return answered(await bank_accounts.confirm(db, keyed, permit=permit, account_id=bank_account_id))


@routes.post(f"{ITEM}/reject", response_model=BankAccountView, tags=["bank accounts"])
async def reject_bank_account(
    bank_account_id: BankAccountId,
    body: AccountRejected,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(account_view, status=200)],
) -> Response:
    """Reject an account that another person submitted; the payee is paid to its former one again."""
    answer = await bank_accounts.reject(db, keyed, permit=permit, account_id=bank_account_id, reason=body.reason)
    return answered(answer)
