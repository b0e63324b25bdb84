"""Speaks HTTP for `/.well-known/voucher-keys.json`: the keys that verify codes, for whoever checks them offline."""

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.voucher.redemption.api.sealed import Sealed
from services.voucher.redemption.operations.sealing import ALGORITHM

routes = router()


class VoucherKey(StrictModel):
    """A public key in the form of RFC 8037. kid: the first four bytes of its SHA-256, which a code carries."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class VoucherKeys(StrictModel):
    """The key set (RFC 7517)."""

    keys: list[VoucherKey]


@routes.get("/.well-known/voucher-keys.json", tags=["keys"])
async def get_voucher_keys(seal: Sealed) -> VoucherKeys:
    """The public keys that verify QR codes of vouchers."""
    key = seal.public
    return VoucherKeys(keys=[VoucherKey(kty="OKP", crv="Ed25519", x=key.x, kid=key.kid, use="sig", alg=ALGORITHM)])
