"""Settlement over HTTP."""

from services.voucher.settlement.api import bank_slips, invoices

ROUTERS = (invoices.routes, bank_slips.routes)
