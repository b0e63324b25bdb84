"""The wallet over HTTP."""

from services.voucher.wallet.api import (
    allocation,
    appeals,
    application_reviews,
    applications,
    draws,
    forms,
    lists,
    lives,
    notices,
    review_reports,
    rounds,
    samples,
    statement,
    take_up,
    vouchers,
)

ROUTERS = (
    rounds.routes,
    lists.routes,
    allocation.routes,
    notices.routes,
    draws.routes,
    applications.routes,
    vouchers.routes,
    lives.routes,
    statement.routes,
    take_up.routes,
    forms.routes,
    application_reviews.routes,
    samples.routes,
    appeals.routes,
    review_reports.routes,
)
