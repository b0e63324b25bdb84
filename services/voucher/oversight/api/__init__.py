"""Oversight over HTTP."""

from services.voucher.oversight.api import audit, claims

ROUTERS = (audit.routes, claims.routes)
