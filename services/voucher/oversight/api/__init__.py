"""Oversight over HTTP."""

from services.voucher.oversight.api import audit, claims, outside, receipts, support

ROUTERS = (audit.routes, claims.routes, outside.routes, receipts.routes, support.routes)
