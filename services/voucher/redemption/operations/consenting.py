"""Reads what was shown in proof of a holder's consent, and proves what is secret of it; nothing is decided here."""

from dataclasses import dataclass, field

from services.chassis import idempotency
from services.chassis.authorisation import NOBODY, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Keyed
from services.chassis.refusals import Refusal
from services.standards import spelling
from services.voucher.redemption.domain import code as qr
from services.voucher.redemption.domain import provider_code
from services.voucher.redemption.domain.consent import POINTER, SECRET_DRAWN, Consent, Means
from services.voucher.redemption.operations.proving import prove_pin, proved_secret
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import provider_codes


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


async def consent_of(database: Database, seal: Seal, permit: Permit, presented: Presented, keyed: Keyed) -> Consent:
    """The consent that something shown is; refused consent where it proves nothing, whatever the reason.

    Where the key was answered already nothing is proved or counted again: the answer is replayed whatever was shown.
    Refusals ``pin.required``, ``consent.too_many``; to the holder himself those of `prove_pin`.
    """
    means = presented.means
    if means is Means.QR:
        return seal.read(presented.code, permit.caller.mode)
    async with database.read() as connection:
        if await idempotency.answered(connection, [keyed]):
            return Consent.refused(means)
    proved = _provider_code if means is Means.PROVIDER_CODE else _secret
    return await proved(database, seal, permit, presented)


async def _secret(database: Database, seal: Seal, permit: Permit, presented: Presented) -> Consent:
    """A slip of the pen is found by the check character and not counted: no true secret has such a one."""
    if presented.pin is None:
        raise Refusal("pin.required", rule="consent.secret", pointer=f"{POINTER}/pin")
    secret = spelling.plain(presented.code)
    if not spelling.is_sound(secret, SECRET_DRAWN):
        return Consent.refused(Means.SECRET)
    caller = permit.caller.organization or NOBODY
    proved = await proved_secret(database, seal, caller=caller, secret=secret, pin=presented.pin)
    if proved is None:
        return Consent.refused(Means.SECRET)
    return Consent(Means.SECRET, voucher_id=proved.voucher_id, nonce=proved.id, pinned=True)


async def _provider_code(database: Database, seal: Seal, permit: Permit, presented: Presented) -> Consent:
    """The caller is the holder: that he calls is his consent, and his PIN is proved where he entered it."""
    pin = presented.pin
    async with database.read() as connection:
        code = await provider_codes.live(connection, provider_code.normal(presented.code))
    if code is None:
        return Consent.refused(Means.PROVIDER_CODE)
    if pin is not None:
        own = permit.caller.organization or NOBODY
        await prove_pin(database, seal, holder_id=own, pin=pin, pointer=f"{POINTER}/pin")
    return Consent(Means.PROVIDER_CODE, provider_id=code.provider_id, pinned=pin is not None)
