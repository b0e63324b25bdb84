"""Decides who may call the awards' endpoints: payees their own, reviewers by region, operators by bureau."""

from services.chassis.authorisation import Table, grants

PAYEE = grants("own", "holder", "provider", "space")
REVIEWER = grants("region", "reviewer")
FINANCE = grants("treasury", "finance_maker", "finance_checker")
OPERATOR = grants("bureau", "operator")
AUDITOR = grants("any", "auditor")

AUTHORISATION: Table = {
    "check_award_claim": PAYEE,
    "claim_award": PAYEE,
    "correct_award_claim": PAYEE,
    "recompute_award_claim": REVIEWER,
    "file_award_appeal": PAYEE,
    **dict.fromkeys(("list_award_appeals", "get_award_appeal"), PAYEE + REVIEWER + AUDITOR),
    **dict.fromkeys(("uphold_award_appeal", "dismiss_award_appeal"), REVIEWER),
    "list_clawback_proposals": PAYEE + FINANCE + AUDITOR,
    "submit_spending_report": PAYEE,
    "decide_spending_report": REVIEWER,
    **dict.fromkeys(("list_spending_reports", "get_spending_report"), PAYEE + REVIEWER + AUDITOR),
    "list_award_claims": PAYEE + REVIEWER + AUDITOR,
    "get_award_claim": PAYEE + REVIEWER + FINANCE + AUDITOR,
    "propose_award_funding": OPERATOR,
    "approve_award_funding": OPERATOR,
    "reject_award_funding": OPERATOR,
    "list_award_fundings": OPERATOR + AUDITOR,
    "get_award_funding": OPERATOR + AUDITOR,
}
