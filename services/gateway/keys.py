"""Decides which key signs access tokens, and makes them: ES256 JWTs in the shape of RFC 9068.

Keys are PEM files in one directory. The last by name signs, all are published, so a new key is published by every
process before it signs, and an old one stays until its last token has expired. SM2 takes ES256's place under
GB/T 39786-2021: the algorithm's name is data in header and key set.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

ALGORITHM = "ES256"
TYP = "at+jwt"


class NoKey(Exception):
    """The key directory holds no key to sign with."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and what it is called: its RFC 7638 thumbprint."""

    kid: str
    private: ec.EllipticCurvePrivateKey
    public: Mapping[str, str]


@dataclass(frozen=True)
class Signer:
    """All keys, the signing one last."""

    keys: tuple[SigningKey, ...]

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact JWT of these claims."""
        newest = self.keys[-1]
        return jwt.encode(dict(claims), newest.private, algorithm=ALGORITHM, headers={"kid": newest.kid, "typ": TYP})

    def key_set(self) -> dict[str, list[dict[str, str]]]:
        """The published JWK set (RFC 7517), newest first."""
        return {"keys": [dict(key.public) for key in reversed(self.keys)]}


def load(directory: Path) -> Signer:
    """Read every ``*.pem`` of the directory; NoKey when there is none, ValueError for a key that is not P-256."""
    keys = tuple(_read(path) for path in sorted(directory.glob("*.pem")))
    if not keys:
        raise NoKey(f"no *.pem in {directory}")
    return Signer(keys)


def make_key(directory: Path, *, at: datetime) -> Path:
    """Make a new signing key, readable by its owner only, named by the instant so that it sorts last."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"{at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def _read(path: Path) -> SigningKey:
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError(f"{path.name} is no P-256 private key")
    numbers = private.public_key().public_numbers()
    public = {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
    canonical = json.dumps(public, separators=(",", ":"), sort_keys=True).encode()
    kid = _base64url(hashlib.sha256(canonical).digest())
    return SigningKey(kid, private, {**public, "kid": kid, "use": "sig", "alg": ALGORITHM})


def _coordinate(value: int) -> str:
    return _base64url(value.to_bytes(32, "big"))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
