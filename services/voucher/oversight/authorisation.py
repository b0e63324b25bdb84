"""Decides who may look: the auditor at everything, at a course, proof or receipt who may see the thing itself."""

from services.chassis.authorisation import Table, grants
from services.voucher.redemption.authorisation import READERS as OF_REDEMPTIONS
from services.voucher.settlement.authorisation import CLAIMS

AUTHORISATION: Table = {
    "get_audit": grants("any", "auditor"),
    "get_claim_match": CLAIMS["get_claim"],
    "get_claim_timeline": CLAIMS["get_claim"],
    "get_redemption_proof": OF_REDEMPTIONS,
    "get_receipt": grants("own", "holder", "provider") + grants("any", "auditor"),
}
