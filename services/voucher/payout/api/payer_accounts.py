"""Speaks HTTP for `/v1/payer-accounts`: from where a treasury pays, and how money comes there."""

from typing import Annotated

from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Day, Instant, Line, Money, MoneyAsked, StrictModel
from services.chassis.pages import After, Limit, Page
from services.standards.money import MINOR_UNITS
from services.voucher.payout.api.fundings import FundingView, funding_view
from services.voucher.payout.api.names import EXAMPLE_ID, BudgetLineId, PayerAccountId
from services.voucher.payout.domain.bank_file import PROFILES
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.domain.payer_account import AccountKind
from services.voucher.payout.operations import fundings, payer_accounts
from services.voucher.payout.operations.payer_accounts import Asked, Standing

routes = router()
ITEM = "/v1/payer-accounts/{payer_account_id}"
Currency = Annotated[str, Field(pattern=f"^({'|'.join(MINOR_UNITS)})$")]
FileProfile = Annotated[str, Field(pattern=f"^({'|'.join(PROFILES)})$")]


class NewPayerAccount(StrictModel):
    """An account of a treasury. kind: its own money, or in escrow what holders pay in, of which it has one account.

    funding_source: whose money it is; file_profile: how its bank reads payment files.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "江门市财政局",
                    "number": "44001670101059000123",
                    "bank_code": "105589000014",
                    "bank_name": "中国建设银行江门分行",
                    "currency": "CNY",
                    "funding_source": "江门市财政局",
                    "file_profile": "csv-gbk",
                }
            ]
        }
    )

    kind: AccountKind = AccountKind.OWN
    name: Line
    number: Annotated[str, Field(max_length=64)]
    bank_code: Annotated[str, Field(max_length=64)]
    bank_name: Line
    currency: Currency = "CNY"
    funding_source: Line
    file_profile: FileProfile = "csv-utf8"

    @property
    def asked(self) -> Asked:
        """The same inside."""
        return Asked(
            particulars=Particulars(
                name=self.name, number=self.number, bank_code=self.bank_code, bank_name=self.bank_name
            ),
            currency=self.currency,
            funding_source=self.funding_source,
            file_profile=self.file_profile,
            kind=self.kind,
        )


class PayerAccountView(StrictModel):
    """A payer account. ledger_balance: what the books say; closing_balance: what its last statement closed with."""

    id: PayerAccountId
    treasury: str
    kind: AccountKind
    name: str
    number: str
    bank_code: str
    bank_name: str
    currency: str
    funding_source: str
    file_profile: str
    opened_by: str
    opened_at: Instant
    files: int
    ledger_balance: Money
    closing_on: Day | None
    closing_balance: Money | None


class FundingAsked(StrictModel):
    """How much a treasury sends for which budget line, and the number of the document behind it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "budget_line_id": f"bln_{EXAMPLE_ID}",
                    "amount": {"amount": "200000.00", "currency": "CNY"},
                    "document": "江财拨〔2020〕112号",
                }
            ]
        }
    )

    budget_line_id: BudgetLineId
    amount: MoneyAsked
    document: Line


_PLAIN = PayerAccountView.model_fields.keys() - {"ledger_balance", "closing_balance"}


def account_view(standing: Standing) -> PayerAccountView:
    """An account as shown."""
    account, currency = standing.account, standing.account.currency
    closing = account.closing_balance
    return PayerAccountView(
        **{name: getattr(account, name) for name in _PLAIN},
        ledger_balance=Money.of(standing.ledger_balance, currency),
        closing_balance=None if closing is None else Money.of(closing, currency),
    )


@routes.post("/v1/payer-accounts", status_code=201, response_model=PayerAccountView, tags=["payer accounts"])
async def open_payer_account(
    body: NewPayerAccount, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(account_view)]
) -> Response:
    """Open an account of one's own treasury to pay from."""
    return answered(await payer_accounts.open_account(db, keyed, permit=permit, asked=body.asked))


@routes.get("/v1/payer-accounts", tags=["payer accounts"])
async def list_payer_accounts(
    db: Db, permit: Permitted, after: After = None, limit: Limit = pages.PAGE_DEFAULT
) -> Page[PayerAccountView]:
    """One's own treasury's accounts, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await payer_accounts.list_accounts(db, permit=permit, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.account.id),))
    return Page(items=[account_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["payer accounts"])
async def get_payer_account(payer_account_id: PayerAccountId, db: Db, permit: Permitted) -> PayerAccountView:
    """One account, with what the books and its last statement say stands in it."""
    return account_view(await payer_accounts.read_account(db, permit=permit, account_id=payer_account_id))


@routes.post(f"{ITEM}/fundings", status_code=201, response_model=FundingView, tags=["payer accounts"])
async def propose_funding(
    payer_account_id: PayerAccountId,
    body: FundingAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(funding_view)],
) -> Response:
    """Propose to fund an account for a budget line; another person approves it, a statement shows the money."""
    asked = fundings.Asked(body.budget_line_id, body.amount.fen, body.amount.currency, body.document)
    return answered(await fundings.propose(db, keyed, permit=permit, account_id=payer_account_id, asked=asked))
