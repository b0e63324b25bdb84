"""Decides who may call each endpoint of the voucher service: the wings' tables and the chassis's in one."""

from services.chassis.authorisation import ROLES, Grant, Table, grants
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.health import HEALTH_AUTHORISATION, METRICS_AUTHORISATION
from services.voucher.awards.authorisation import AUTHORISATION as AWARDS
from services.voucher.directory.authorisation import AUTHORISATION as DIRECTORY
from services.voucher.ledger.authorisation import AUTHORISATION as LEDGER
from services.voucher.oversight.authorisation import AUTHORISATION as OVERSIGHT
from services.voucher.payout.authorisation import AUTHORISATION as PAYOUT
from services.voucher.reconciliation.authorisation import AUTHORISATION as RECONCILIATION
from services.voucher.redemption.authorisation import AUTHORISATION as REDEMPTION
from services.voucher.scheme.authorisation import AUTHORISATION as SCHEME
from services.voucher.settlement.authorisation import AUTHORISATION as SETTLEMENT
from services.voucher.wallet.authorisation import AUTHORISATION as WALLET

DOCUMENTS = (
    *(Grant(role, "own") for role in ROLES if role not in ("reviewer", "auditor")),
    *grants("region", "reviewer"),
    *grants("any", "auditor"),
)
"""Besides its sender a document is read by both sides of the case that names it and by its region's reviewers."""

AUTHORISATION: Table = {
    **HEALTH_AUTHORISATION,
    **METRICS_AUTHORISATION,
    **SHARED_AUTHORISATION,
    "send_document": DOCUMENTS,
    "get_document": DOCUMENTS,
    "get_document_content": DOCUMENTS,
    **DIRECTORY,
    **LEDGER,
    **SCHEME,
    **WALLET,
    **REDEMPTION,
    **SETTLEMENT,
    **AWARDS,
    **PAYOUT,
    **RECONCILIATION,
    **OVERSIGHT,
}
