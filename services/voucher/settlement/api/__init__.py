"""Settlement over HTTP."""

from services.voucher.settlement.api import (
    bank_slips,
    claims,
    disclosures,
    invoices,
    leg_samples,
    objections,
    proratas,
    reviews,
    stops,
)

ROUTERS = (
    invoices.routes,
    bank_slips.routes,
    claims.routes,
    reviews.routes,
    disclosures.routes,
    objections.routes,
    stops.routes,
    proratas.routes,
    leg_samples.routes,
)
