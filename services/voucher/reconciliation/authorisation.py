"""Decides who may call reconciliation's endpoints: finance within its treasury; the auditor sees all."""

from services.chassis.authorisation import Table, grants

FINANCE = grants("treasury", "finance_maker", "finance_checker")
READERS = FINANCE + grants("any", "auditor")

AUTHORISATION: Table = {
    "import_statement": FINANCE,
    "list_statements": READERS,
    "get_statement": READERS,
    "list_statement_lines": READERS,
    "get_statement_line": READERS,
    "resolve_statement_line": grants("treasury", "finance_checker"),
    "get_reconciliation": READERS,
}
