"""Awards over HTTP."""

from services.voucher.awards.api import (
    award_appeals,
    award_claims,
    award_fundings,
    clawback_proposals,
    spending_reports,
)

ROUTERS = (
    award_claims.routes,
    award_appeals.routes,
    award_fundings.routes,
    clawback_proposals.routes,
    spending_reports.routes,
)
