"""A holder's consent goes so far and no further, and what proves nothing is told in one way only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.redemption.domain.consent import Consent, Means, faults, unproved
from tests.voucher.redemption.samples import PROVIDER, VOUCHER, YUAN

REAL = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NONCE = UUID(int=77)
QR = Consent(
    Means.QR,
    voucher_id=VOUCHER,
    ceiling=800 * YUAN,
    currency="CNY",
    provider_id=PROVIDER,
    nonce=NONCE,
    expires_at=REAL + timedelta(seconds=60),
)


def found(
    consent: Consent = QR, *, amount: int = 500 * YUAN, pin_above: int | None = 500 * YUAN, **changes: Any
) -> list[str]:
    asked: dict[str, Any] = {"provider_id": PROVIDER, "real": REAL, "used": (), **changes}
    reasons = faults(consent, amount=amount, **asked)
    return [one.code for one in [*reasons, *unproved(consent, amount=amount, currency="CNY", pin_above=pin_above)]]


def test_a_live_code_at_its_provider_up_to_its_ceiling_is_consent() -> None:
    assert found() == []
    assert found(real=REAL + timedelta(seconds=59)) == []


@pytest.mark.parametrize(
    ("consent", "changes"),
    [
        (Consent.refused(Means.QR), {}),
        (Consent.refused(Means.SECRET), {}),
        (Consent.refused(Means.PROVIDER_CODE), {}),
        (Consent(Means.PROVIDER_CODE, code="IVP1:7GQ4PXAB23CDEF9HTUVW"), {}),
        (QR, {"real": REAL + timedelta(seconds=60)}),
        (QR, {"used": {NONCE}}),
        (QR, {"provider_id": UUID(int=98)}),
        (replace(QR, valid=False), {"amount": 10**9}),
    ],
)
def test_what_proves_nothing_is_told_in_one_way(consent: Consent, changes: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"provider_id": PROVIDER, "amount": 1, "real": REAL, "used": (), **changes}
    (reason,) = faults(consent, **asked)
    assert (reason.code, reason.rule, reason.pointer, reason.numbers) == ("consent.invalid", None, "/consent", {})


def test_above_the_ceiling_both_amounts_are_told() -> None:
    asked: dict[str, Any] = {"provider_id": PROVIDER, "real": REAL, "used": ()}
    (reason,) = faults(QR, amount=801 * YUAN, **asked)
    assert (reason.code, reason.numbers) == ("consent.ceiling", {"ceiling": "800.00", "asked": "801.00"})


def test_above_the_schemes_limit_the_pin_is_asked_for() -> None:
    assert found(amount=500 * YUAN + 1) == ["pin.required"]
    assert found(replace(QR, pinned=True), amount=500 * YUAN + 1) == []
    assert found(amount=500 * YUAN + 1, pin_above=None) == []
    (reason,) = unproved(QR, amount=500 * YUAN + 1, currency="CNY", pin_above=500 * YUAN)
    assert reason.numbers == {"pin_above": "500.00"}


def test_ceiling_and_pin_are_told_together() -> None:
    assert found(amount=900 * YUAN) == ["consent.ceiling", "pin.required"]


def test_a_code_for_any_provider_and_a_secret_without_end_or_ceiling_serve_everywhere() -> None:
    assert found(replace(QR, provider_id=None), provider_id=UUID(int=98)) == []
    secret = Consent(Means.SECRET, voucher_id=VOUCHER, pinned=True)
    assert found(secret, provider_id=UUID(int=98), amount=2_000 * YUAN) == []


@given(
    amount=st.integers(1, 10**12), ceiling=st.integers(1, 10**12), above=st.integers(0, 10**12), pinned=st.booleans()
)
def test_nothing_above_the_ceiling_or_unproved_above_the_limit_ever_passes(
    amount: int, ceiling: int, above: int, pinned: bool
) -> None:
    passed = not found(replace(QR, ceiling=ceiling, pinned=pinned), amount=amount, pin_above=above)
    assert passed == (amount <= ceiling and (amount <= above or pinned))
