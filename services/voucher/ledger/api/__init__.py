"""The ledger over HTTP."""

from services.voucher.ledger.api import books, budget_changes, budget_lines, reports, seals

ROUTERS = (budget_lines.routes, budget_changes.routes, books.routes, reports.routes, seals.routes)
