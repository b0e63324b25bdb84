"""Oversight over HTTP."""

from services.voucher.oversight.api import audit

ROUTERS = (audit.routes,)
