"""What a QR code says, and how it is laid out: the bytes that are signed, and the text that is drawn."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.voucher.redemption.domain.consent import Consent, Means

PREFIX = "IVQ1:"
"""What a QR code of ours begins with, so that an app knows it from any other."""
VERSION = 1
"""The first byte that is signed: the layout, and that it is a code and nothing else which the key may sign."""
PINNED, TEST, NAMED = 1, 2, 4
"""The flags: the PIN was proved, it is of the sandbox, and a provider's id follows."""
HEAD = struct.Struct(">B4s16s16sIQ3sB")
SIGNATURE_BYTES = 64
TEXT_MAX = 240


@dataclass(frozen=True, slots=True)
class Code:
    """A holder's word for one minute: this voucher, up to this ceiling, at this provider or any.

    ceiling: fen of subsidy in currency; expires_at: real time, UTC, in whole seconds; pinned: the PIN was proved when
    it was made; test: it is of the sandbox.
    """

    voucher_id: UUID
    nonce: UUID
    expires_at: datetime
    ceiling: int
    currency: str
    provider_id: UUID | None
    pinned: bool
    test: bool

    @property
    def consent(self) -> Consent:
        """The consent that it is, once its signature held."""
        return Consent(
            Means.QR,
            voucher_id=self.voucher_id,
            ceiling=self.ceiling,
            currency=self.currency,
            provider_id=self.provider_id,
            nonce=self.nonce,
            expires_at=self.expires_at,
            pinned=self.pinned,
        )


def packed(code: Code, key_id: bytes) -> bytes:
    """The bytes that are signed: version, key, voucher, nonce, expiry, ceiling, currency, flags, any provider's id."""
    flags = PINNED * code.pinned | TEST * code.test | NAMED * (code.provider_id is not None)
    head = HEAD.pack(
        VERSION,
        key_id,
        code.voucher_id.bytes,
        code.nonce.bytes,
        int(code.expires_at.timestamp()),
        code.ceiling,
        code.currency.encode("ascii"),
        flags,
    )
    return head + (code.provider_id.bytes if code.provider_id is not None else b"")


def unpacked(signed: bytes) -> tuple[Code, bytes]:
    """A code and the id of the key that signed it, from bytes whose signature held; ValueError for another layout."""
    if len(signed) not in (HEAD.size, HEAD.size + 16):
        raise ValueError("not the length of a code")
    version, key_id, voucher, nonce, expires, ceiling, currency, flags = HEAD.unpack_from(signed)
    named = signed[HEAD.size :]
    if version != VERSION or flags > PINNED | TEST | NAMED or bool(flags & NAMED) != bool(named):
        raise ValueError("a layout that no code has")
    code = Code(
        voucher_id=UUID(bytes=voucher),
        nonce=UUID(bytes=nonce),
        expires_at=datetime.fromtimestamp(expires, UTC),
        ceiling=ceiling,
        currency=currency.decode("ascii"),
        provider_id=UUID(bytes=named) if named else None,
        pinned=bool(flags & PINNED),
        test=bool(flags & TEST),
    )
    return code, key_id


def text_of(raw: bytes) -> str:
    """Bytes as a QR code takes them with the least room: base32 (RFC 4648) without its padding, in capitals."""
    return PREFIX + base64.b32encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """The bytes of such a text; ValueError for any other, also for a second spelling of the same bytes."""
    body = text.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error as error:
        raise ValueError("not base32") from error
    if len(text) > TEXT_MAX or text_of(raw) != text:
        raise ValueError("not a text of ours")
    return raw
