"""The whole authorisation table of the voucher service: every operation as every role, over HTTP."""

import re

import httpx2

from services.chassis.authorisation import ROLES
from services.voucher.authorisation import AUTHORISATION
from tests.voucher.conftest import calls
from tests.voucher.test_app import ROUTES

BOOKS = "finance_maker finance_checker auditor"
LINES = f"{BOOKS} operator"
SIDES = "holder provider"
EVERYBODY = " ".join(ROLES)
PREFIXES = {"budget_line_id": "bln", "budget_change_id": "bch", "round_id": "rnd", "voucher_id": "vch"}
PREFIXES |= {"application_id": "app", "redemption_id": "red", "scheme_version_id": "scv", "document_id": "doc"}
PREFIXES |= {"appeal_id": "apl", "notice_id": "ntc", "job_id": "job", "invoice_id": "inv", "bank_slip_id": "slp"}
PREFIXES |= {"bank_account_id": "bka", "payer_account_id": "pac", "funding_id": "fnd"}
PREFIXES |= {"leg_sample_id": "lsm", "deposit_id": "dep", "deposit_refund_id": "rfd"}
PREFIXES |= {"payout_batch_id": "pbt", "payout_id": "pyt"}
PREFIXES |= {"statement_id": "sta", "statement_line_id": "stl"}
PREFIXES |= {"disclosure_id": "dsc", "objection_id": "obj", "stop_id": "stp", "claim_id": "clm"}
PREFIXES |= {"notice_id": "ntc", "prorata_id": "prr"}
PREFIXES |= {"organization_id": "org"}
PREFIXES |= {"change_request_id": "chr", "receipt_id": "vch", "number": "1"}
PREFIXES |= {"award_claim_id": "acl", "award_funding_id": "afd", "spending_report_id": "spr"}
PREFIXES |= {"outside_list_id": "osl", "sample_draw_id": "sdr"}
PREFIXES |= {"award_appeal_id": "aap"}
PREFIXES |= {"outside_list_id": "osl", "sample_draw_id": "sdr"}
PREFIXES |= {"provider_code_id": "pcd", "code": "IVP1:"}

WANTED: dict[str, str] = {
    **dict.fromkeys(("check_award_claim", "claim_award", "correct_award_claim"), "holder provider space"),
    "recompute_award_claim": "reviewer",
    "file_award_appeal": "holder provider space",
    **dict.fromkeys(("list_award_appeals", "get_award_appeal"), "holder provider space reviewer auditor"),
    **dict.fromkeys(("uphold_award_appeal", "dismiss_award_appeal"), "reviewer"),
    "list_clawback_proposals": "holder provider space finance_maker finance_checker auditor",
    "submit_spending_report": "holder provider space",
    "decide_spending_report": "reviewer",
    **dict.fromkeys(("list_spending_reports", "get_spending_report"), "holder provider space reviewer auditor"),
    "list_award_claims": "holder provider space reviewer auditor",
    "get_award_claim": "holder provider space reviewer finance_maker finance_checker auditor",
    **dict.fromkeys(("propose_award_funding", "approve_award_funding", "reject_award_funding"), "operator"),
    **dict.fromkeys(("list_award_fundings", "get_award_funding"), "operator auditor"),
    **dict.fromkeys(("send_document", "get_document", "get_document_content", "get_job", "list_tasks"), EVERYBODY),
    "resume_job": EVERYBODY.replace(" auditor", ""),
    **dict.fromkeys(("list_attempts", "list_events"), "holder provider space auditor"),
    "move_clock": "admin",
    "list_timers": "operator auditor admin",
    **dict.fromkeys(("create_budget_line", "allot_budget_line", "cut_budget_line", "fund_round"), "finance_maker"),
    **dict.fromkeys(("approve_budget_change", "reject_budget_change", "approve_round_funding"), "finance_checker"),
    **dict.fromkeys(("list_budget_lines", "get_budget_line", "list_budget_changes", "get_budget_change"), LINES),
    **dict.fromkeys(("get_trial_balance", "list_journals"), BOOKS),
    **dict.fromkeys(("validate_scheme", "create_scheme", "publish_scheme", "withdraw_scheme"), "operator"),
    "simulate_scheme": "operator",
    "request_simulation": "operator",
    **dict.fromkeys(("create_round", "publish_round", "rank_round", "issue_round", "backfill_round"), "operator"),
    "activate_round": "operator",
    "take_list": "operator",
    **dict.fromkeys(("propose_notice", "publish_notice", "reject_notice"), "operator"),
    **dict.fromkeys(("propose_prorata", "settle_round"), "operator"),
    **dict.fromkeys(("carry_out_prorata", "reject_prorata"), "finance_checker"),
    "list_proratas": EVERYBODY.replace(" service", ""),
    **dict.fromkeys(("promise_draw", "carry_out_draw"), "operator"),
    **dict.fromkeys(("list_schemes", "get_scheme", "list_rounds", "get_round"), EVERYBODY),
    **dict.fromkeys(("create_application", "submit_application", "withdraw_application", "get_wallet"), "holder"),
    **dict.fromkeys(("get_wallet_statement", "get_wallet_balance"), "holder"),
    **dict.fromkeys(("get_voucher_statement", "get_voucher_balance"), "holder operator auditor"),
    **dict.fromkeys(("list_applications", "get_application"), "holder reviewer operator auditor"),
    **dict.fromkeys(("list_appeals", "get_appeal"), "holder reviewer operator auditor"),
    **dict.fromkeys(("get_round_form", "list_round_samples", "list_sample_places"), EVERYBODY),
    **dict.fromkeys(("review_application", "decide_appeal"), "reviewer"),
    **dict.fromkeys(("correct_application", "appeal_application"), "holder"),
    "list_application_reviews": "reviewer operator auditor",
    **dict.fromkeys(("promise_round_sample", "draw_round_sample"), "operator"),
    "get_review_agreement": "operator auditor",
    **dict.fromkeys(("list_vouchers", "get_voucher"), "holder operator auditor"),
    **dict.fromkeys(("activate_voucher", "suspend_voucher", "resume_voucher", "extend_voucher"), "operator"),
    **dict.fromkeys(("cancel_voucher", "top_up_voucher"), "operator"),
    **dict.fromkeys(("grant_change_request", "refuse_change_request"), "operator"),
    **dict.fromkeys(("list_change_requests", "get_change_request"), "holder operator auditor"),
    "ask_extension": "holder",
    "withdraw_change_request": "holder operator",
    **dict.fromkeys(("quote_redemption", "propose_redemption", "confirm_redemption", "decline_redemption"), SIDES),
    **dict.fromkeys(("withdraw_redemption", "void_redemption", "batch_redemptions"), SIDES),
    **dict.fromkeys(("deliver_redemption", "capture_redemption", "refund_redemption"), "provider"),
    **dict.fromkeys(("accept_redemption", "rework_redemption", "dispute_redemption"), "holder"),
    "decide_redemption": "reviewer",
    "let_go_redemption": "reviewer",
    **dict.fromkeys(("list_redemptions", "get_redemption"), f"{SIDES} reviewer auditor"),
    **dict.fromkeys(("make_voucher_code", "mint_voucher_secret", "set_wallet_pin"), "holder"),
    **dict.fromkeys(("create_provider_code", "retire_provider_code"), "provider"),
    "list_provider_codes": "provider auditor",
    "redeem_voucher": SIDES,
    "get_provider_code": f"{SIDES} auditor",
    **dict.fromkeys(("register_invoice", "void_invoice", "register_bank_slip", "void_bank_slip"), SIDES),
    **dict.fromkeys(("list_invoices", "get_invoice"), f"{SIDES} reviewer auditor"),
    **dict.fromkeys(("list_bank_slips", "get_bank_slip"), f"{SIDES} reviewer auditor"),
    "verify_invoice": "reviewer",
    **dict.fromkeys(("check_claim", "submit_claim", "list_claimable"), "holder provider"),
    "correct_claim": "holder provider",
    "withdraw_claim": "holder provider space",
    "review_claim": "reviewer",
    **dict.fromkeys(("list_claims", "get_claim"), f"{SIDES} space reviewer {BOOKS}"),
    **dict.fromkeys(("get_claim_match", "get_claim_timeline"), f"{SIDES} space reviewer {BOOKS}"),
    "get_redemption_proof": f"{SIDES} reviewer auditor",
    "get_receipt": f"{SIDES} auditor",
    **dict.fromkeys(("list_seals", "get_seal"), "auditor"),
    "prepare_disclosure": "finance_maker",
    "publish_disclosure": "finance_maker finance_checker",
    "list_prepared_disclosures": BOOKS,
    "file_objection": EVERYBODY.replace(" auditor", "").replace(" service", ""),
    "decide_objection": "reviewer",
    **dict.fromkeys(("set_stop", "lift_stop"), "reviewer finance_maker finance_checker"),
    **dict.fromkeys(("list_objections", "get_objection", "list_stops"), f"{BOOKS} reviewer"),
    **dict.fromkeys(("list_statements", "get_statement", "list_statement_lines", "get_statement_line"), BOOKS),
    "get_reconciliation": BOOKS,
    "import_statement": "finance_maker finance_checker",
    "resolve_statement_line": "finance_checker",
    "list_budget_execution": LINES,
    "list_unspent_budget": LINES,
    "list_under_use": "operator auditor",
    "list_support_matches": "reviewer operator auditor",
    "clear_support_match": "reviewer operator",
    "take_outside_list": "operator",
    "withdraw_outside_list": "operator",
    "list_outside_lists": "reviewer operator auditor",
    "list_outside_supports": "reviewer operator auditor",
    "get_aid_headroom": "holder operator auditor",
    "list_state_aid": "operator auditor",
    "submit_bank_account": SIDES,
    **dict.fromkeys(("list_bank_accounts", "get_bank_account", "list_payouts", "get_payout"), f"{SIDES} {BOOKS}"),
    **dict.fromkeys(("confirm_bank_account", "reject_bank_account"), "finance_maker finance_checker"),
    **dict.fromkeys(("open_payer_account", "propose_funding", "prepare_payout_batch"), "finance_maker"),
    **dict.fromkeys(("submit_payout_batch", "cancel_payout_batch"), "finance_maker"),
    **dict.fromkeys(("approve_payout_batch", "reject_payout_batch", "send_payout_batch"), "finance_checker"),
    **dict.fromkeys(("approve_funding", "reject_funding"), "finance_checker"),
    **dict.fromkeys(("announce_deposit", "withdraw_deposit"), "holder"),
    **dict.fromkeys(("list_deposits", "get_deposit"), f"holder provider {BOOKS}"),
    "propose_deposit_refund": "finance_maker",
    **dict.fromkeys(("promise_leg_sample", "draw_leg_sample"), "operator"),
    **dict.fromkeys(("list_leg_samples", "list_leg_sample_lines"), "operator auditor"),
    **dict.fromkeys(("approve_deposit_refund", "reject_deposit_refund"), "finance_checker"),
    **dict.fromkeys(("list_deposit_refunds", "get_deposit_refund"), f"holder {BOOKS}"),
    "write_bank_file": "finance_maker finance_checker",
    "get_bank_file": BOOKS,
    **dict.fromkeys(("list_payer_accounts", "get_payer_account", "list_fundings", "get_funding"), BOOKS),
    **dict.fromkeys(("list_payout_batches", "get_payout_batch"), BOOKS),
    "get_audit": "auditor",
    "get_registry_feed": "operator auditor",
    "replay_registry_feed": "operator",
}
"""Who may call what, written a second time, so that the table is not its own proof."""


def test_the_table_grants_what_is_wanted_and_no_more() -> None:
    granted = {name: {grant.role for grant in grants} for name, grants in AUTHORISATION.items() if grants}
    assert granted == {name: set(roles.split()) for name, roles in WANTED.items()}


def request_of(name: str) -> tuple[str, str]:
    """Method and path of an operation, with ids that nothing has."""
    route = ROUTES[name]
    return min(route.methods or ["GET"]), re.sub(
        r"\{(\w+)\}", lambda match: f"{PREFIXES[match[1]]}_{'0' * 32}", route.path
    )


async def test_a_role_without_a_grant_is_refused_and_one_with_a_grant_is_heard(voucher_api: httpx2.AsyncClient) -> None:
    said = {
        (name, role): (await voucher_api.request(*request_of(name), headers=calls("per_1", role))).status_code
        for name in WANTED
        for role in ROLES
    }
    assert {asked for asked, status in said.items() if status >= 500} == set()
    heard = {name: {role for role in ROLES if said[name, role] != 403} for name in WANTED}
    assert heard == {name: set(roles.split()) for name, roles in WANTED.items()}


async def test_nobody_is_heard_without_a_token(voucher_api: httpx2.AsyncClient) -> None:
    answers = [await voucher_api.request(*request_of(name)) for name in WANTED]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "auth.missing")}
