"""Speaks HTTP for `/v1/reconciliation`: the bank's side and the ledger's side of an account, beside each other."""

from services.chassis.http import Db, Permitted, router
from services.chassis.models import Day, Money, StrictModel
from services.voucher.reconciliation.api.names import PayerAccountId
from services.voucher.reconciliation.operations import reading
from services.voucher.reconciliation.operations.reading import Reconciliation

routes = router()


class ReconciliationView(StrictModel):
    """How far an account is reconciled; lines = reconciled + exceptions_open + waiting.

    ledger_balance and statement_balance are the same when all is well. in_transit was sent and stands in no statement;
    suspense and not_ours are negative where money left. paid is what payouts took out, returned what of it came back.
    """

    payer_account_id: PayerAccountId
    ledger_balance: Money
    statement_balance: Money | None
    closing_on: Day | None
    agrees: bool
    lines: int
    reconciled: int
    exceptions_open: int
    waiting: int
    in_transit: Money
    suspense: Money
    not_ours: Money
    charges: Money
    funded: Money
    paid: Money
    returned: Money


def _view(found: Reconciliation) -> ReconciliationView:
    account, standing = found.account, found.standing

    def money(fen: int) -> Money:
        return Money.of(fen, account.currency)

    return ReconciliationView(
        payer_account_id=account.id,
        ledger_balance=money(standing.bank),
        statement_balance=None if account.closing_balance is None else money(account.closing_balance),
        closing_on=account.closing_on,
        agrees=standing.bank == (account.closing_balance or 0),
        lines=standing.lines,
        reconciled=standing.reconciled,
        exceptions_open=standing.exceptions_open,
        waiting=standing.waiting,
        in_transit=money(standing.in_transit),
        suspense=money(standing.suspense),
        not_ours=money(standing.not_ours),
        charges=money(standing.charges),
        funded=money(standing.funded),
        paid=money(standing.paid),
        returned=money(standing.returned),
    )


@routes.get("/v1/reconciliation", tags=["reconciliation"])
async def get_reconciliation(payer_account_id: PayerAccountId, db: Db, permit: Permitted) -> ReconciliationView:
    """How far a payer account is reconciled."""
    return _view(await reading.read_reconciliation(db, permit=permit, payer_account_id=payer_account_id))
