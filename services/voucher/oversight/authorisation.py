"""Decides who may look: the auditor at everything, at a course, proof or receipt who may see the thing itself."""

from services.chassis.authorisation import Table, grants
from services.voucher.redemption.authorisation import READERS as OF_REDEMPTIONS
from services.voucher.settlement.authorisation import CLAIMS

REVIEWERS = grants("region", "reviewer") + grants("bureau", "operator")
"""Who looks for what was supported twice: staff alone, since it tells of other holders."""

AUTHORISATION: Table = {
    "get_aid_headroom": grants("own", "holder") + grants("any", "operator", "auditor"),
    "list_state_aid": grants("bureau", "operator") + grants("any", "auditor"),
    "get_audit": grants("any", "auditor"),
    "get_claim_match": CLAIMS["get_claim"],
    "get_claim_timeline": CLAIMS["get_claim"],
    "get_redemption_proof": OF_REDEMPTIONS,
    "list_support_matches": REVIEWERS + grants("any", "auditor"),
    "clear_support_match": REVIEWERS,
    "take_outside_list": grants("bureau", "operator"),
    "withdraw_outside_list": grants("bureau", "operator"),
    "list_outside_lists": REVIEWERS + grants("any", "auditor"),
    "list_outside_supports": REVIEWERS + grants("any", "auditor"),
    "get_receipt": grants("own", "holder", "provider") + grants("any", "auditor"),
}
