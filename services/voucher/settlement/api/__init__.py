"""Settlement over HTTP."""

from services.voucher.settlement.api import bank_slips, disclosures, invoices, objections, stops

ROUTERS = (invoices.routes, bank_slips.routes, disclosures.routes, objections.routes, stops.routes)
