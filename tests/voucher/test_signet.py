"""What is signed is read by its published key alone, and nothing else is."""

import base64

import jwt
import pytest

from services.voucher.signet import Keys, NotOurs, PublicKey, Signet, typ

SEAL, RECEIPT, PLAYED = typ("seal", sandbox=False), typ("receipt", sandbox=False), typ("seal", sandbox=True)
OURS, OTHER = Signet(bytes(range(32))), Signet(bytes(32))
SIGNED = OURS.sign(b"a text", SEAL)


def test_what_is_signed_is_read_back() -> None:
    assert OURS.keys.opened(SIGNED, SEAL) == b"a text"
    header = jwt.get_unverified_header(SIGNED)
    assert header == {"alg": "EdDSA", "kid": OURS.public.kid, "typ": SEAL}


def test_a_retired_key_is_still_believed_and_the_new_one_signs() -> None:
    later = Signet(bytes(32), [OURS.public])
    assert later.keys.opened(SIGNED, SEAL) == b"a text"
    assert later.public == OTHER.public
    assert list(later.keys.published) == [OURS.public.kid, OTHER.public.kid]


def forged(header: dict[str, str]) -> str:
    """Another header in front of our own text and signature."""
    return ".".join(
        (jwt.utils.base64url_encode(str(header).replace("'", '"').encode()).decode(), *SIGNED.split(".")[1:])
    )


@pytest.mark.parametrize(
    "jws",
    [
        "",
        "no token",
        "\udcff.\udcff.\udcff",
        OTHER.sign(b"a text", SEAL),
        OURS.sign(b"a text", RECEIPT),
        OURS.sign(b"a text", PLAYED),
        SIGNED[:-4] + "AAAA",
        SIGNED.replace(".", "..", 1),
        forged({"alg": "none", "kid": OURS.public.kid, "typ": SEAL}),
        forged({"alg": "HS256", "kid": OURS.public.kid, "typ": SEAL}),
        forged({"alg": "EdDSA", "kid": OURS.public.kid, "typ": SEAL, "crit": "b64"}),
        forged({"alg": "EdDSA", "typ": SEAL}),
    ],
)
def test_anything_else_is_not_ours(jws: str) -> None:
    with pytest.raises(NotOurs):
        OURS.keys.opened(jws, SEAL)


def test_a_public_key_is_32_bytes() -> None:
    assert PublicKey(OURS.public.x).raw == base64.urlsafe_b64decode(OURS.public.x + "=")
    with pytest.raises(ValueError, match="32 bytes"):
        _ = PublicKey("AAAA").raw
    assert Keys([]).published == {}
