"""Decides who may call settlement's endpoints: the sides their own, reviewers by region, finance by treasury."""

from services.chassis.authorisation import Table, grants

PROVIDER = grants("own", "provider")
BOTH_SIDES = grants("own", "holder", "provider")
REVIEWER = grants("region", "reviewer")
FINANCE = grants("treasury", "finance_maker", "finance_checker")
AUDITOR = grants("any", "auditor")

EVIDENCE: Table = {}

CLAIMS: Table = {
    "check_claim": PROVIDER,
    "submit_claim": PROVIDER,
    "list_claimable": PROVIDER,
    "list_claims": BOTH_SIDES + REVIEWER + FINANCE + AUDITOR,
    "get_claim": BOTH_SIDES + REVIEWER + FINANCE + AUDITOR,
}

REVIEW: Table = {}

DISCLOSURE: Table = {}

AUTHORISATION: Table = {**EVIDENCE, **CLAIMS, **REVIEW, **DISCLOSURE}
