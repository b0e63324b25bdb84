"""The newest key signs, all are published, and no private number ever is."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.chassis.tokens import KeyRing, Verifier
from services.gateway.keys import NoKey, Signer, load, make_key
from tests.gateway.signing import claims

AT = datetime(2026, 1, 1, tzinfo=UTC)


async def accepted(signer: Signer, token: str) -> bool:
    async def published() -> dict[str, object]:
        return dict(signer.key_set())

    return (await Verifier(KeyRing(published)).verify(token)).mode == "test"


async def test_a_rotated_key_signs_and_the_old_one_still_verifies(tmp_path: Path) -> None:
    make_key(tmp_path, at=AT)
    old = load(tmp_path).sign(claims())
    make_key(tmp_path, at=AT + timedelta(days=1))
    signer = load(tmp_path)
    new = signer.sign(claims())
    assert jwt.get_unverified_header(new)["kid"] == signer.key_set()["keys"][0]["kid"]
    assert await accepted(signer, old)
    assert await accepted(signer, new)


def test_a_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = make_key(tmp_path / "keys", at=AT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_private_number_is_published(tmp_path: Path) -> None:
    make_key(tmp_path, at=AT)
    (key,) = load(tmp_path).key_set()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_without_a_key_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        load(tmp_path)


@pytest.mark.parametrize("private", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)])
def test_a_key_of_another_kind_is_refused(tmp_path: Path, private: ec.EllipticCurvePrivateKey) -> None:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    with pytest.raises(ValueError, match="P-256"):
        load(tmp_path)
