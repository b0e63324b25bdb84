"""Decides who may call payout's endpoints: payees their own, a treasury's maker and checker their part."""

from services.chassis.authorisation import Table, grants

PAYEES = grants("own", "holder", "provider")
MAKER = grants("treasury", "finance_maker")
CHECKER = grants("treasury", "finance_checker")
AUDITOR = grants("any", "auditor")

AUTHORISATION: Table = {
    "submit_bank_account": PAYEES,
    "list_bank_accounts": PAYEES + MAKER + CHECKER + AUDITOR,
    "get_bank_account": PAYEES + MAKER + CHECKER + AUDITOR,
    "confirm_bank_account": MAKER + CHECKER,
    "reject_bank_account": MAKER + CHECKER,
    "open_payer_account": MAKER,
    "list_payer_accounts": MAKER + CHECKER + AUDITOR,
    "get_payer_account": MAKER + CHECKER + AUDITOR,
    "propose_funding": MAKER,
    "list_fundings": MAKER + CHECKER + AUDITOR,
    "get_funding": MAKER + CHECKER + AUDITOR,
    "approve_funding": CHECKER,
    "reject_funding": CHECKER,
    "announce_deposit": grants("own", "holder"),
    "list_deposits": PAYEES + MAKER + CHECKER + AUDITOR,
    "get_deposit": PAYEES + MAKER + CHECKER + AUDITOR,
    "withdraw_deposit": grants("own", "holder"),
    "settle_round": grants("bureau", "operator"),
    "propose_deposit_refund": MAKER,
    "list_deposit_refunds": grants("own", "holder") + MAKER + CHECKER + AUDITOR,
    "get_deposit_refund": grants("own", "holder") + MAKER + CHECKER + AUDITOR,
    "approve_deposit_refund": CHECKER,
    "reject_deposit_refund": CHECKER,
    "prepare_payout_batch": MAKER,
    "list_payout_batches": MAKER + CHECKER + AUDITOR,
    "get_payout_batch": MAKER + CHECKER + AUDITOR,
    "submit_payout_batch": MAKER,
    "approve_payout_batch": CHECKER,
    "reject_payout_batch": CHECKER,
    "cancel_payout_batch": MAKER,
    "write_bank_file": MAKER + CHECKER,
    "get_bank_file": MAKER + CHECKER + AUDITOR,
    "send_payout_batch": CHECKER,
    "list_payouts": PAYEES + MAKER + CHECKER + AUDITOR,
    "get_payout": PAYEES + MAKER + CHECKER + AUDITOR,
}
