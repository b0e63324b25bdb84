"""Whether a holder has consented to a redemption: what was shown in proof of it, and how far that goes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount

POINTER = "/consent"
CEILING = "consent.ceiling"
SECRET_DRAWN = 19
"""Random characters of a voucher's secret code, 93 bits: with the check character five groups of four."""


class Means(StrEnum):
    """What was shown: the holder's QR code, the voucher's secret code with the PIN, or the provider's own code.

    The first two are shown by the provider, to whom the holder gave them. The third is scanned by the holder, whose
    own call is the consent.
    """

    QR = "qr"
    SECRET = "secret"
    PROVIDER_CODE = "provider_code"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was shown, read and proved as far as that needs no decision.

    valid: it is genuine, so everything else may be believed. voucher_id: to which voucher it goes, None for any of the
    holder's. ceiling: fen of subsidy in currency, None for no limit of its own. provider_id: whom it lets act, None for
    any. nonce: what makes it pass once, None where it may pass often. expires_at: real time, UTC, no longer part of its
    life. pinned: the PIN was proved with it. code: a provider's code of which nobody has looked up yet whom it names.
    """

    means: Means
    voucher_id: UUID | None = None
    ceiling: int | None = None
    currency: str | None = None
    provider_id: UUID | None = None
    nonce: UUID | None = None
    expires_at: datetime | None = None
    pinned: bool = False
    valid: bool = True
    code: str | None = None

    def named(self, provider_id: UUID | None) -> "Consent":
        """What a provider's code is once it is known whom it names; refused where that is nobody."""
        if provider_id is None:
            return self.refused(self.means)
        return replace(self, provider_id=provider_id, code=None)

    @classmethod
    def refused(cls, means: Means) -> "Consent":
        """What was shown proves nothing: unknown, forged, or shown with the wrong PIN."""
        return cls(means, valid=False)


def faults(
    consent: Consent,
    *,
    provider_id: UUID,
    amount: int,
    real: datetime,
    used: Collection[UUID],
) -> list[Reason]:
    """Why this consent does not go as far as an amount (fen of subsidy) at a provider; none when it does.

    real: real time, UTC; used: the nonces that have passed. Whoever shows a code that is forged, expired, used or meant
    for another is told one and the same, so that nothing is learnt by trying; only a true code gets as far as the
    ceiling.
    """
    if not _passes(consent, provider_id=provider_id, real=real, used=used):
        return [Reason("consent.invalid", pointer=POINTER)]
    if consent.ceiling is not None and consent.currency is not None and amount > consent.ceiling:
        numbers = {
            "ceiling": format_amount(consent.ceiling, consent.currency),
            "asked": format_amount(amount, consent.currency),
        }
        return [Reason(CEILING, CEILING, POINTER, numbers)]
    return []


def unproved(consent: Consent, *, amount: int, currency: str, pin_above: int | None) -> list[Reason]:
    """That the PIN is missing with a true code. pin_above: up to what amount (fen) none is needed, None for any."""
    if pin_above is None or amount <= pin_above or consent.pinned:
        return []
    numbers = {"pin_above": format_amount(pin_above, currency)}
    return [Reason("pin.required", "evidence.instant", f"{POINTER}/pin", numbers)]


def _passes(consent: Consent, *, provider_id: UUID, real: datetime, used: Collection[UUID]) -> bool:
    return (
        consent.valid
        and consent.code is None
        and (consent.expires_at is None or real < consent.expires_at)
        and (consent.nonce is None or consent.nonce not in used)
        and (consent.provider_id is None or consent.provider_id == provider_id)
    )
