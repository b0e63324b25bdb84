"""Oversight over HTTP."""

from services.voucher.oversight.api import aid, audit, claims, outside, receipts, support

ROUTERS = (aid.routes, audit.routes, claims.routes, outside.routes, receipts.routes, support.routes)
