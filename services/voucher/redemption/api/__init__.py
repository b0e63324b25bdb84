"""Redemption over HTTP."""

from services.voucher.redemption.api import (
    batch,
    codes,
    pins,
    provider_codes,
    quotes,
    redemptions,
    voucher_keys,
    voucher_secrets,
)

ROUTERS = (
    quotes.routes,
    redemptions.routes,
    batch.routes,
    codes.routes,
    voucher_secrets.routes,
    pins.routes,
    provider_codes.routes,
    voucher_keys.routes,
)
