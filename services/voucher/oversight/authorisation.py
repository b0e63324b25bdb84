"""Decides who may look: the auditor at everything, and at a claim's course whoever may see the claim."""

from services.chassis.authorisation import Table, grants
from services.voucher.settlement.authorisation import CLAIMS

AUTHORISATION: Table = {
    "get_audit": grants("any", "auditor"),
    "get_claim_match": CLAIMS["get_claim"],
    "get_claim_timeline": CLAIMS["get_claim"],
}
