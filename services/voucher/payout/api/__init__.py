"""Payout over HTTP."""

from services.voucher.payout.api import (
    bank_accounts,
    deposit_refunds,
    deposits,
    fundings,
    payer_accounts,
    payout_batches,
    payouts,
    settled_rounds,
)

ROUTERS = (
    bank_accounts.routes,
    payer_accounts.routes,
    fundings.routes,
    deposits.routes,
    deposit_refunds.routes,
    payout_batches.routes,
    payouts.routes,
    settled_rounds.routes,
)
