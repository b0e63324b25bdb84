"""Decides who may call each endpoint of the voucher service: the wings' tables and the chassis's in one."""

from services.chassis.authorisation import Table
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.health import HEALTH_AUTHORISATION
from services.voucher.ledger.authorisation import AUTHORISATION as LEDGER
from services.voucher.oversight.authorisation import AUTHORISATION as OVERSIGHT
from services.voucher.redemption.authorisation import AUTHORISATION as REDEMPTION
from services.voucher.scheme.authorisation import AUTHORISATION as SCHEME
from services.voucher.wallet.authorisation import AUTHORISATION as WALLET

AUTHORISATION: Table = {
    **HEALTH_AUTHORISATION,
    **SHARED_AUTHORISATION,
    **LEDGER,
    **SCHEME,
    **WALLET,
    **REDEMPTION,
    **OVERSIGHT,
}
