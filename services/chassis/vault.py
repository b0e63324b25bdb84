"""Decides how what is personal is kept: sealed with a key of each person's own, found again only by keyed hash.

AES-256-GCM with 96-bit random nonces; SM4-GCM and HMAC-SM3 take their places under GB/T 39786-2021, which is why
every sealed value begins with the number of its algorithm. Dropping a person's wrapped key erases the person.
"""

import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES_GCM = b"\x01"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Sealed:
    """What is personal, encrypted with a key of its own; without the key it is noise."""

    wrapped_key: bytes
    personal: bytes


class Vault:
    """Seals and opens personal data, and hashes what must be found or compared without being kept.

    service: whose data; another service's vault opens none of them, though the master key were the same. purposes: what
    texts are hashed for, each under a key of its own.
    """

    def __init__(self, master_key: bytes, *, service: str, purposes: Sequence[str] = ()) -> None:
        self._wrapping = AESGCM(_derived(master_key, service, "wrap"))
        self._keys = {purpose: _derived(master_key, service, purpose) for purpose in purposes}

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

    def digest(self, purpose: str, text: str) -> bytes:
        """The keyed hash of a text, the same every time for one purpose: a blind index."""
        return hmac.digest(self._keys[purpose], text.encode(), "sha256")


def _derived(master_key: bytes, service: str, purpose: str) -> bytes:
    told = f"innovoucher/{service}/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=told).derive(master_key)


def _encrypt(cipher: AESGCM, plain: bytes, person_id: UUID) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return AES_GCM + nonce + cipher.encrypt(nonce, plain, person_id.bytes)


def _decrypt(cipher: AESGCM, sealed: bytes, person_id: UUID) -> bytes:
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return cipher.decrypt(nonce, body, person_id.bytes)
