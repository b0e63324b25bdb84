"""Decides who may call settlement's endpoints: the sides their own, reviewers by region, finance by treasury."""

from services.chassis.authorisation import PUBLIC, ROLES, Table, grants

BOTH_SIDES = grants("own", "holder", "provider")
PAYEES = BOTH_SIDES + grants("own", "space")
REVIEWER = grants("region", "reviewer")
FINANCE = grants("treasury", "finance_maker", "finance_checker")
AUDITOR = grants("any", "auditor")

EVIDENCE: Table = {
    "register_invoice": BOTH_SIDES,
    "verify_invoice": REVIEWER,
    "void_invoice": BOTH_SIDES,
    "list_invoices": BOTH_SIDES + REVIEWER + AUDITOR,
    "get_invoice": BOTH_SIDES + REVIEWER + AUDITOR,
    "register_bank_slip": BOTH_SIDES,
    "void_bank_slip": BOTH_SIDES,
    "list_bank_slips": BOTH_SIDES + REVIEWER + AUDITOR,
    "get_bank_slip": BOTH_SIDES + REVIEWER + AUDITOR,
}

CLAIMS: Table = {
    "check_claim": BOTH_SIDES,
    "submit_claim": BOTH_SIDES,
    "list_claimable": BOTH_SIDES,
    "list_claims": PAYEES + REVIEWER + FINANCE + AUDITOR,
    "get_claim": PAYEES + REVIEWER + FINANCE + AUDITOR,
}

REVIEW: Table = {
    "review_claim": REVIEWER,
    "correct_claim": BOTH_SIDES,
    "withdraw_claim": PAYEES,
}

WATCHERS = REVIEWER + FINANCE + AUDITOR

DISCLOSURE: Table = {
    "propose_prorata": grants("bureau", "operator"),
    "carry_out_prorata": grants("treasury", "finance_checker"),
    "reject_prorata": grants("treasury", "finance_checker"),
    "list_proratas": grants("any", *(role for role in ROLES if role != "service")),
    "prepare_disclosure": grants("treasury", "finance_maker"),
    "promise_leg_sample": grants("bureau", "operator"),
    "draw_leg_sample": grants("bureau", "operator"),
    "list_leg_samples": grants("bureau", "operator") + AUDITOR,
    "list_leg_sample_lines": grants("bureau", "operator") + AUDITOR,
    "list_disclosures": PUBLIC,
    "list_prepared_disclosures": FINANCE + AUDITOR,
    "get_disclosure": PUBLIC,
    "publish_disclosure": FINANCE,
    # whoever has a token may object to what is public; the auditor reads and does nothing
    "file_objection": grants("any", *(role for role in ROLES if role not in ("auditor", "service"))),
    "list_objections": WATCHERS,
    "get_objection": WATCHERS,
    "decide_objection": REVIEWER,
    "set_stop": REVIEWER + FINANCE,
    "list_stops": WATCHERS,
    "lift_stop": REVIEWER + FINANCE,
}

AUTHORISATION: Table = {**EVIDENCE, **CLAIMS, **REVIEW, **DISCLOSURE}
