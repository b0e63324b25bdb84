"""Decides who may call the ledger's endpoints: finance within its treasury, the operator reads its bureau's lines."""

from services.chassis.authorisation import Table, grants

FINANCE = grants("treasury", "finance_maker", "finance_checker")
AUDITOR = grants("any", "auditor")
READERS = FINANCE + grants("bureau", "operator") + AUDITOR

AUTHORISATION: Table = {
    "create_budget_line": grants("treasury", "finance_maker"),
    "list_budget_lines": READERS,
    "get_budget_line": READERS,
    "allot_budget_line": grants("treasury", "finance_maker"),
    "cut_budget_line": grants("treasury", "finance_maker"),
    "list_budget_changes": READERS,
    "get_budget_change": READERS,
    "approve_budget_change": grants("treasury", "finance_checker"),
    "reject_budget_change": grants("treasury", "finance_checker"),
    "get_trial_balance": FINANCE + AUDITOR,
    "list_journals": FINANCE + AUDITOR,
    "list_budget_execution": READERS,
    "list_unspent_budget": READERS,
    "list_seals": AUDITOR,
    "get_seal": AUDITOR,
}
