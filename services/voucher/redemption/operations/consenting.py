"""Reads what was shown in proof of a holder's consent, and proves what is secret of it; nothing is decided here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from services.chassis import idempotency
from services.chassis.authorisation import NOBODY, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Identity, Keyed
from services.chassis.refusals import Refusal
from services.standards import spelling
from services.voucher.redemption.domain import code as qr
from services.voucher.redemption.domain import provider_code
from services.voucher.redemption.domain.consent import POINTER, SECRET_DRAWN, Consent, Means
from services.voucher.redemption.operations.proving import proved_secrets, tried_pins
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import provider_codes
from services.voucher.redemption.store.voucher_secrets import Living


@dataclass(frozen=True, slots=True)
class Presented:
    """What was shown: a code of any kind as text, and the PIN where one was entered."""

    code: str = field(repr=False)
    pin: str | None = field(default=None, repr=False)

    @property
    def means(self) -> Means:
        """Which kind of code it is, by its beginning: a secret code has none."""
        if self.code.startswith(qr.PREFIX):
            return Means.QR
        return Means.PROVIDER_CODE if self.code.startswith(provider_code.PREFIX) else Means.SECRET

    @property
    def secret(self) -> bool:
        """Whether it holds something that is to be proved: a secret code, or a PIN beside a provider's."""
        return self.means is Means.SECRET or (self.means is Means.PROVIDER_CODE and self.pin is not None)


Shown = tuple[Presented, Keyed]
"""What was shown, and the key of the request that showed it."""


async def consent_of(database: Database, seal: Seal, permit: Permit, presented: Presented, keyed: Keyed) -> Consent:
    """The consent that something shown is, as `consents_of` says it.

    Refusals ``pin.required``, ``consent.too_many``; to the holder himself those of `prove_pin`.
    """
    (consent,) = await consents_of(database, seal, permit, [(presented, keyed)])
    if isinstance(consent, Refusal):
        raise consent
    return consent


async def consents_of(
    database: Database, seal: Seal, permit: Permit, shown: Sequence[Shown]
) -> list[Consent | Refusal]:
    """The consent that each thing shown is, in turn; refused consent where it proves nothing, whatever the reason.

    A QR code proves itself, and a provider's code names who is paid to whoever carries out the order: neither is
    looked up here. Where the key was answered already nothing is proved or counted again: the answer is replayed
    whatever was shown. A refusal is of one alone. However many of a kind are shown, it takes no more statements than
    one.
    """
    told = await _answered(database, shown)
    said = {
        place: read
        for place, (presented, keyed) in enumerate(shown)
        if (read := _read(seal, permit, presented, answered=keyed.identity in told)) is not None
    }
    for means, prove in ((Means.SECRET, _secrets), (Means.PROVIDER_CODE, _own_pins)):
        places = [place for place, (one, _) in enumerate(shown) if place not in said and one.means is means]
        if places:
            proved = await prove(database, seal, permit, [shown[place][0] for place in places])
            said |= zip(places, proved, strict=True)
    return [said[place] for place in range(len(shown))]


async def _answered(database: Database, shown: Sequence[Shown]) -> Collection[Identity]:
    """The keys that were answered already, asked of those alone for which something secret would be proved."""
    keys = [keyed for presented, keyed in shown if presented.secret]
    if not keys:
        return ()
    async with database.read() as connection:
        return await idempotency.answered(connection, keys)


def _read(seal: Seal, permit: Permit, presented: Presented, *, answered: bool) -> Consent | Refusal | None:
    """What needs nothing to be looked up; None where something does.

    A slip of the pen is found by the check character and not counted: no true secret has such a one. What is spelled
    like no code of ours, such as another barcode, is not worth a PIN either.
    """
    if presented.means is Means.QR:
        return seal.read(presented.code, permit.caller.mode)
    if answered:
        return Consent.refused(presented.means)
    if presented.means is Means.PROVIDER_CODE:
        return _by_calling(presented) if presented.pin is None else None
    if not spelling.is_sound(spelling.plain(presented.code), SECRET_DRAWN):
        return Consent.refused(Means.SECRET)
    return Refusal("pin.required", rule="consent.secret", pointer=f"{POINTER}/pin") if presented.pin is None else None


async def _secrets(
    database: Database, seal: Seal, permit: Permit, shown: Sequence[Presented]
) -> list[Consent | Refusal]:
    caller = permit.caller.organization or NOBODY
    pairs = [(spelling.plain(one.code), one.pin or "") for one in shown]
    proved = await proved_secrets(database, seal, caller=caller, shown=pairs)
    return [_by_secret(one) for one in proved]


def _by_secret(proved: Living | Refusal | None) -> Consent | Refusal:
    if isinstance(proved, Refusal):
        return proved
    if proved is None:
        return Consent.refused(Means.SECRET)
    return Consent(Means.SECRET, voucher_id=proved.voucher_id, nonce=proved.id, pinned=True)


async def _own_pins(
    database: Database, seal: Seal, permit: Permit, shown: Sequence[Presented]
) -> list[Consent | Refusal]:
    """Codes of providers beside which the holder, who calls, entered his PIN: one that names nobody costs no try."""
    named = [provider_code.normal(one.code) for one in shown]
    async with database.read() as connection:
        codes = await provider_codes.live(connection, set(named))
    pins = [one.pin or "" for one, code in zip(shown, named, strict=True) if code in codes]
    if not pins:
        return [Consent.refused(Means.PROVIDER_CODE) for _ in shown]
    own = permit.caller.organization or NOBODY
    told = iter(await tried_pins(database, seal, holder_id=own, entered=pins, pointer=f"{POINTER}/pin"))
    return [
        next(told) or _by_calling(one) if code in codes else Consent.refused(Means.PROVIDER_CODE)
        for one, code in zip(shown, named, strict=True)
    ]


def _by_calling(presented: Presented) -> Consent:
    """The caller is the holder: that he calls is his consent, with his PIN where he proved it."""
    code = provider_code.normal(presented.code)
    return Consent(Means.PROVIDER_CODE, code=code, pinned=presented.pin is not None)
