"""Speaks HTTP for `/.well-known/voucher-keys.json`: the keys that verify codes, seals and receipts offline."""

from typing import Annotated, Literal

from fastapi import Depends, Request

from services.chassis.http import router
from services.chassis.models import StrictModel
from services.voucher.redemption.api.sealed import Sealed
from services.voucher.redemption.operations.sealing import ALGORITHM
from services.voucher.signet import Signet

routes = router()


async def _signet(request: Request) -> Signet:
    signet: Signet = request.app.state.signet
    return signet


class VoucherKey(StrictModel):
    """A public key in the form of RFC 8037, and what it signs; kid: as a code or the header of a JWS names it.

    The kid of codes is the first four bytes of the key's SHA-256, that of seals and receipts the first eight.
    """

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str
    signs: Literal["codes", "seals and receipts"]


class VoucherKeys(StrictModel):
    """The key set (RFC 7517)."""

    keys: list[VoucherKey]


@routes.get("/.well-known/voucher-keys.json", tags=["keys"])
async def get_voucher_keys(seal: Sealed, signet: Annotated[Signet, Depends(_signet)]) -> VoucherKeys:
    """The public keys that verify QR codes of vouchers, and the new and older ones of seals and receipts."""
    of_seals = [_key(key.x, key.kid, "seals and receipts") for key in signet.keys.published.values()]
    return VoucherKeys(keys=[_key(seal.public.x, seal.public.kid, "codes"), *of_seals])


def _key(x: str, kid: str, signs: Literal["codes", "seals and receipts"]) -> VoucherKey:
    return VoucherKey(kty="OKP", crv="Ed25519", x=x, kid=kid, use="sig", alg=ALGORITHM, signs=signs)
