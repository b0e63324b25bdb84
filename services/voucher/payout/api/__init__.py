"""Payout over HTTP."""

from services.voucher.payout.api import bank_accounts, fundings, payer_accounts, payout_batches, payouts

ROUTERS = (
    bank_accounts.routes,
    payer_accounts.routes,
    fundings.routes,
    payout_batches.routes,
    payouts.routes,
)
