"""Decides what proves that a seal or a receipt is ours: a JWS by Ed25519 (RFC 8037), checked by published keys."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEAL, RECEIPT = "seal", "receipt"
"""What is signed."""
ALGORITHM = "EdDSA"
KEY_BYTES = 32
_JWS = jwt.PyJWS(algorithms=[ALGORITHM])


def typ(what: str, *, sandbox: bool) -> str:
    """How the header names it, so that neither is taken for the other, and nothing of a sandbox for the real thing."""
    return f"innovoucher-{'sandbox-' if sandbox else ''}{what}+jwt"


class NotOurs(Exception):
    """Not a signature of any of our keys, or of something else than was asked for."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as it is published. x: base64url; kid: the first eight bytes of its SHA-256, in hexadecimal."""

    x: str

    @property
    def raw(self) -> bytes:
        """The key itself; ValueError unless it is 32 bytes in base64url."""
        raw = base64.urlsafe_b64decode(self.x + "=" * (-len(self.x) % 4))
        if len(raw) != KEY_BYTES:
            raise ValueError(f"a public key is {KEY_BYTES} bytes in base64url")
        return raw

    @property
    def kid(self) -> str:
        """What names it."""
        return hashlib.sha256(self.raw).hexdigest()[:16]


class Keys:
    """The public keys that are believed."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self.published: Mapping[str, PublicKey] = {key.kid: key for key in keys}

    def opened(self, jws: str, *typs: str) -> bytes:
        """What one of the keys has signed as one of these; NotOurs."""
        try:
            header: Mapping[str, Any] = jwt.get_unverified_header(jws)
            key = self.published.get(header.get("kid", ""))
            if key is None or header.get("typ") not in typs or "crit" in header:
                raise NotOurs
            content: bytes = _JWS.decode(jws, Ed25519PublicKey.from_public_bytes(key.raw), algorithms=[ALGORITHM])
        except (jwt.PyJWTError, UnicodeEncodeError) as error:
            raise NotOurs from error
        return content


class Signet:
    """Signs seals and receipts; older keys are still believed and published."""

    def __init__(self, key: bytes, retired: Iterable[PublicKey] = ()) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(key)
        raw = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(base64.urlsafe_b64encode(raw).decode().rstrip("="))
        self.keys = Keys([*retired, self.public])

    def sign(self, content: bytes, called: str) -> str:
        """The compact JWS of a text, which it carries as it is; called: its `typ`."""
        headers = {"kid": self.public.kid, "typ": called}
        return _JWS.encode(content, self._private, algorithm=ALGORITHM, headers=headers, sort_headers=True)
