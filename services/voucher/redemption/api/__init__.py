"""Redemption over HTTP."""

from services.voucher.redemption.api import (
    batch,
    change_requests,
    codes,
    instant,
    pins,
    provider_codes,
    quotes,
    redemptions,
    voucher_changes,
    voucher_keys,
    voucher_secrets,
)

ROUTERS = (
    change_requests.routes,
    voucher_changes.routes,
    quotes.routes,
    redemptions.routes,
    instant.routes,
    batch.routes,
    codes.routes,
    voucher_secrets.routes,
    pins.routes,
    provider_codes.routes,
    voucher_keys.routes,
)
