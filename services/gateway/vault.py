"""Decides how what is personal is kept: sealed with a key of each person's own, found again only by keyed hash.

AES-256-GCM with 96-bit random nonces; SM4-GCM and HMAC-SM3 take their places under GB/T 39786-2021, which is why
every sealed value begins with the number of its algorithm. Dropping a person's wrapped key erases the person.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.chassis.database import Mode
from services.gateway.domain.person import Sealed

AES_GCM = b"\x01"
_NONCE_BYTES = 12


class Vault:
    """Seals and opens personal data, and hashes what must be found or compared without being kept."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping = AESGCM(_derived(master_key, b"wrap"))
        self._index_key = _derived(master_key, b"login-index")
        self._chain_key = _derived(master_key, b"refresh-chain")

    def seal(self, person_id: UUID, personal: Mapping[str, str]) -> Sealed:
        """Encrypt personal fields under a fresh key, itself wrapped by the master key; both bound to the person."""
        key = AESGCM.generate_key(256)
        text = json.dumps(dict(personal), ensure_ascii=False).encode()
        return Sealed(
            wrapped_key=_encrypt(self._wrapping, key, person_id), personal=_encrypt(AESGCM(key), text, person_id)
        )

    def open(self, person_id: UUID, sealed: Sealed) -> dict[str, str]:
        """Decrypt personal fields; cryptography's InvalidTag when they are not this person's or were altered."""
        key = _decrypt(self._wrapping, sealed.wrapped_key, person_id)
        fields: dict[str, str] = json.loads(_decrypt(AESGCM(key), sealed.personal, person_id))
        return fields

    def login_index(self, login: str) -> bytes:
        """What a normalised login is found by."""
        return hmac.digest(self._index_key, login.encode(), "sha256")

    def successor(self, token: str) -> str:
        """The refresh token that follows a given one: the same every time, and nobody else can compute it."""
        mode, _, _ = token.rpartition("_")
        return f"{mode}_{hmac.digest(self._chain_key, token.encode(), 'sha256').hex()}"


def fresh_token(kind: str, mode: Mode) -> str:
    """A random token with 256 bits of entropy whose first words tell kind and mode, such as ``rt_live_…``."""
    return f"{kind}_{mode}_{secrets.token_hex(32)}"


def mode_of(token: str) -> Mode | None:
    """The mode that a token of ours was made in; None when it says none."""
    words = token.split("_")
    if len(words) != 3:
        return None
    return "live" if words[1] == "live" else "test" if words[1] == "test" else None


def hash_token(token: str) -> bytes:
    """What is kept of a random token. With 256 bits of entropy a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def same_hash(token: str, kept: bytes) -> bool:
    """Whether a token is the one whose hash was kept, in constant time."""
    return hmac.compare_digest(hash_token(token), kept)


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"innovoucher/gateway/" + purpose).derive(master_key)


def _encrypt(cipher: AESGCM, plain: bytes, person_id: UUID) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return AES_GCM + nonce + cipher.encrypt(nonce, plain, person_id.bytes)


def _decrypt(cipher: AESGCM, sealed: bytes, person_id: UUID) -> bytes:
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return cipher.decrypt(nonce, body, person_id.bytes)
