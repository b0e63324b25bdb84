"""Oversight over HTTP."""

from services.voucher.oversight.api import audit, claims, receipts, support

ROUTERS = (audit.routes, claims.routes, receipts.routes, support.routes)
