"""Oversight over HTTP."""

from services.voucher.oversight.api import audit, claims, receipts

ROUTERS = (audit.routes, claims.routes, receipts.routes)
