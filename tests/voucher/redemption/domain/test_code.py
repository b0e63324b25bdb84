"""A code says the same on both sides of the screen, fits a small picture, and has one spelling."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.redemption.domain.code import (
    HEAD,
    PREFIX,
    SIGNATURE_BYTES,
    TEXT_MAX,
    Code,
    bytes_of,
    packed,
    text_of,
    unpacked,
)

KEY_ID = b"\x01\x02\x03\x04"
SECONDS = st.integers(0, 2**32 - 1).map(lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
CODES = st.builds(
    Code,
    voucher_id=st.uuids(),
    nonce=st.uuids(),
    expires_at=SECONDS,
    ceiling=st.integers(0, 2**63 - 1),
    currency=st.sampled_from(["CNY", "HKD"]),
    provider_id=st.none() | st.uuids(),
    pinned=st.booleans(),
    test=st.booleans(),
)
CODE = Code(UUID(int=1), UUID(int=2), datetime(2026, 1, 5, tzinfo=UTC), 80_000, "CNY", None, pinned=False, test=True)


@given(code=CODES)
def test_it_is_read_as_it_was_made(code: Code) -> None:
    assert unpacked(packed(code, KEY_ID)) == (code, KEY_ID)


@given(code=CODES, signature=st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES))
def test_its_text_is_short_and_of_characters_that_a_qr_code_packs_closest(code: Code, signature: bytes) -> None:
    raw = packed(code, KEY_ID) + signature
    text = text_of(raw)
    assert bytes_of(text) == raw
    assert len(text) <= TEXT_MAX
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 $%*+-./:")


@given(code=CODES)
def test_it_is_the_consent_that_it_says(code: Code) -> None:
    consent = code.consent
    assert (consent.voucher_id, consent.nonce, consent.expires_at) == (code.voucher_id, code.nonce, code.expires_at)
    assert (consent.ceiling, consent.currency, consent.provider_id) == (code.ceiling, code.currency, code.provider_id)
    assert (consent.pinned, consent.valid) == (code.pinned, True)


GOOD = packed(CODE, KEY_ID)


@pytest.mark.parametrize(
    "signed",
    [b"", GOOD[:-1], GOOD + b"\0", GOOD + bytes(16), b"\x02" + GOOD[1:], GOOD[: HEAD.size - 1] + b"\x08"],
)
def test_another_layout_is_no_code(signed: bytes) -> None:
    with pytest.raises(ValueError, match=r"length|layout"):
        unpacked(signed)


TEXT = text_of(bytes(range(117)))


@pytest.mark.parametrize(
    "text",
    ["", PREFIX, TEXT.removeprefix(PREFIX), TEXT.lower(), TEXT + "=", TEXT[:-1] + "B", TEXT + "A" * 60, "IVQ1:1", "é"],
)
def test_there_is_one_spelling_of_the_same_bytes(text: str) -> None:
    if text == PREFIX:
        assert bytes_of(text) == b""
    else:
        with pytest.raises(ValueError, match=r"."):
            bytes_of(text)
