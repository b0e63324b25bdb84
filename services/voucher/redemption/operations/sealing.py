"""Decides what proves that a code is ours: Ed25519 signs QR codes, and a pepper keys what is kept of secrets and PINs.

SM2 and HMAC-SM3 take their places under GB/T 39786-2021: the key set names the algorithm, and a code its layout.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.chassis.database import Mode
from services.voucher.redemption.domain.code import SIGNATURE_BYTES, Code, bytes_of, packed, text_of, unpacked
from services.voucher.redemption.domain.consent import Consent, Means

ALGORITHM = "EdDSA"
KEY_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that verifies codes, as it is published. kid: the first four bytes of its SHA-256, in hexadecimal."""

    kid: str
    x: str


class Seal:
    """Signs and reads QR codes, and digests what is kept of secrets and PINs."""

    def __init__(self, code_key: bytes, pepper: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(code_key)
        self._public = self._private.public_key()
        raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._key_id = hashlib.sha256(raw).digest()[:KEY_ID_BYTES]
        self.public = PublicKey(self._key_id.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("="))
        self._secret_key = hmac.digest(pepper, b"innovoucher/voucher/secret", "sha256")
        self._pin_key = hmac.digest(pepper, b"innovoucher/voucher/pin", "sha256")

    def sign(self, code: Code) -> str:
        """The text of a code, to be drawn."""
        signed = packed(code, self._key_id)
        return text_of(signed + self._private.sign(signed))

    def read(self, text: str, mode: Mode) -> Consent:
        """The consent that a text is; refused when it is forged, of another key, or of the other mode."""
        try:
            raw = bytes_of(text)
            signed = raw[:-SIGNATURE_BYTES]
            self._public.verify(raw[-SIGNATURE_BYTES:], signed)
            code, _ = unpacked(signed)
        except (ValueError, InvalidSignature):
            return Consent.refused(Means.QR)
        return code.consent if code.test == (mode == "test") else Consent.refused(Means.QR)

    def secret_digest(self, secret: str) -> bytes:
        """What a voucher's secret code is kept and found by: with more than 80 random bits, one keyed hash will do."""
        return hmac.digest(self._secret_key, secret.encode(), "sha256")

    def pin_digest(self, pin: str, holder_id: UUID) -> bytes:
        """What is kept of the PIN of a holder's wallet.

        Fast on purpose: behind a slow hash six digits are found in a day all the same, and each guess that is sent to
        us would cost us as much as the guesser. What hides them is the pepper, which no database holds.
        """
        return hmac.digest(self._pin_key, holder_id.bytes + pin.encode(), "sha256")
