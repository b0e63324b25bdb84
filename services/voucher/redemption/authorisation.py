"""Decides who may call redemption's endpoints: the two sides their own, a reviewer in his region, the auditor reads."""

from services.chassis.authorisation import PUBLIC, Table, grants

BOTH_SIDES = grants("own", "holder", "provider")
HOLDER = grants("own", "holder")
OPERATOR = grants("bureau", "operator")
PROVIDER = grants("own", "provider")
READERS = BOTH_SIDES + grants("region", "reviewer") + grants("any", "auditor")

AUTHORISATION: Table = {
    "quote_redemption": BOTH_SIDES,
    "propose_redemption": BOTH_SIDES,
    "batch_redemptions": BOTH_SIDES,
    "redeem_voucher": BOTH_SIDES,
    "confirm_redemption": BOTH_SIDES,
    "decline_redemption": BOTH_SIDES,
    "withdraw_redemption": BOTH_SIDES,
    "deliver_redemption": PROVIDER,
    "accept_redemption": HOLDER,
    "rework_redemption": HOLDER,
    "dispute_redemption": HOLDER,
    "decide_redemption": grants("region", "reviewer"),
    "let_go_redemption": grants("region", "reviewer"),
    "capture_redemption": PROVIDER,
    "void_redemption": BOTH_SIDES,
    "refund_redemption": PROVIDER,
    "ask_extension": HOLDER,
    "extend_voucher": OPERATOR,
    "cancel_voucher": OPERATOR,
    "top_up_voucher": OPERATOR,
    "grant_change_request": OPERATOR,
    "refuse_change_request": OPERATOR,
    "withdraw_change_request": HOLDER + OPERATOR,
    "list_change_requests": HOLDER + OPERATOR + grants("any", "auditor"),
    "get_change_request": HOLDER + OPERATOR + grants("any", "auditor"),
    "list_redemptions": READERS,
    "get_redemption": READERS,
    "make_voucher_code": HOLDER,
    "mint_voucher_secret": HOLDER,
    "set_wallet_pin": HOLDER,
    "create_provider_code": PROVIDER,
    "list_provider_codes": PROVIDER + grants("any", "auditor"),
    "get_provider_code": grants("any", "holder", "provider", "auditor"),
    "retire_provider_code": PROVIDER,
    "get_voucher_keys": PUBLIC,
}
