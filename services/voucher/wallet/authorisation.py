"""Decides who may call the wallet's endpoints: holders their own, operators their bureau's, finance its treasury's."""

from services.chassis.authorisation import PUBLIC, ROLES, Grant, Table, grants

OPERATOR = grants("bureau", "operator")
HOLDER = grants("own", "holder")
REVIEWER = grants("region", "reviewer")
AUDITOR = grants("any", "auditor")
EVERYBODY = (
    *OPERATOR,
    *AUDITOR,
    *(Grant(role, "own") for role in ROLES if role not in {"operator", "auditor"}),
)

AUTHORISATION: Table = {
    "simulate_scheme": OPERATOR,
    "request_simulation": OPERATOR,
    "create_round": OPERATOR,
    "list_rounds": EVERYBODY,
    "get_round": EVERYBODY,
    "publish_round": OPERATOR,
    "fund_round": grants("treasury", "finance_maker"),
    "approve_round_funding": grants("treasury", "finance_checker"),
    "propose_notice": OPERATOR,
    "publish_notice": OPERATOR,
    "reject_notice": OPERATOR,
    "list_notices": PUBLIC,
    "promise_draw": OPERATOR,
    "carry_out_draw": OPERATOR,
    "get_draw": PUBLIC,
    "take_list": OPERATOR,
    "rank_round": OPERATOR,
    "issue_round": OPERATOR,
    "activate_round": OPERATOR,
    "backfill_round": OPERATOR,
    "create_application": HOLDER,
    "submit_application": HOLDER,
    "withdraw_application": HOLDER,
    "list_applications": HOLDER + REVIEWER + OPERATOR + AUDITOR,
    "get_application": HOLDER + REVIEWER + OPERATOR + AUDITOR,
    "get_round_form": EVERYBODY,
    "review_application": REVIEWER,
    "correct_application": HOLDER,
    "list_application_reviews": REVIEWER + OPERATOR + AUDITOR,
    "promise_round_sample": OPERATOR,
    "draw_round_sample": OPERATOR,
    "list_round_samples": EVERYBODY,
    "list_sample_places": EVERYBODY,
    "appeal_application": HOLDER,
    "list_appeals": HOLDER + REVIEWER + OPERATOR + AUDITOR,
    "get_appeal": HOLDER + REVIEWER + OPERATOR + AUDITOR,
    "decide_appeal": REVIEWER,
    "get_review_agreement": OPERATOR + AUDITOR,
    "list_vouchers": HOLDER + OPERATOR + AUDITOR,
    "get_voucher": HOLDER + OPERATOR + AUDITOR,
    "activate_voucher": OPERATOR,
    "suspend_voucher": OPERATOR,
    "resume_voucher": OPERATOR,
    "list_under_use": OPERATOR + AUDITOR,
    "get_wallet": HOLDER,
    "get_voucher_statement": HOLDER + OPERATOR + AUDITOR,
    "get_voucher_balance": HOLDER + OPERATOR + AUDITOR,
    "get_wallet_statement": HOLDER,
    "get_wallet_balance": HOLDER,
}
