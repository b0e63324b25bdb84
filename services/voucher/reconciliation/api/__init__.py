"""Reconciliation over HTTP."""

from services.voucher.reconciliation.api import reconciliation, statement_lines, statements

ROUTERS = (statements.routes, statement_lines.routes, reconciliation.routes)
