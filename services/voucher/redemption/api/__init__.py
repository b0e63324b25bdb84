"""Redemption over HTTP."""

from services.voucher.redemption.api import quotes, redemptions

ROUTERS = (quotes.routes, redemptions.routes)
