"""Settlement over HTTP."""

from services.voucher.settlement.api import bank_slips, claims, disclosures, invoices, objections, stops

ROUTERS = (invoices.routes, bank_slips.routes, claims.routes, disclosures.routes, objections.routes, stops.routes)
