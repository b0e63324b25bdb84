"""Proves PINs and secrets, each try counted in a transaction of its own, so that a refusal does not undo the count."""

import hmac
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.pin import Judged, Verdict, judge
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import pins, tries, voucher_secrets
from services.voucher.redemption.store.pins import Pin
from services.voucher.redemption.store.tries import Subject
from services.voucher.redemption.store.voucher_secrets import Living


async def prove_pin(
    database: Database, seal: Seal, *, caller: UUID, holder_id: UUID, pin: str, pointer: str = "/pin"
) -> None:
    """Prove the PIN of the caller's own wallet. pointer: in which field it was sent.

    Refusals ``pin.not_set``, ``pin.cooling``, ``pin.wrong``, ``pin.locked``, ``consent.too_many``.
    """
    async with database.read() as connection:
        kept, real = await pins.find(connection, holder_id), await clock.wall_clock(connection)
    if kept is None:
        raise Refusal("pin.not_set", pointer=pointer)
    if real < kept.counts_from:
        raise Refusal("pin.cooling", pointer=pointer, numbers={"counts_from": kept.counts_from.isoformat()})
    async with database.begin() as connection:
        judged = await _tried(connection, seal, caller=caller, wallet=holder_id, pin=pin)
    if judged.verdict is not Verdict.RIGHT:
        raise _refusal(judged, pointer)


async def proved_secret(database: Database, seal: Seal, *, caller: UUID, secret: str, pin: str) -> Living | None:
    """The secret that was shown with its wallet's PIN; None when either is wrong, it has passed, or the wallet rests.

    Which of them it was is not told, nor by the time it takes. Refusal ``consent.too_many``.
    """
    wanted = seal.secret_digest(secret)
    async with database.begin() as connection:
        found = (await voucher_secrets.living(connection, {wanted})).get(wanted)
        wallet = found.holder_id if found is not None else None
        judged = await _tried(connection, seal, caller=caller, wallet=wallet, pin=pin)
    if judged.verdict is Verdict.TOO_MANY:
        raise _refusal(judged, None)
    return found if judged.verdict is Verdict.RIGHT else None


async def _tried(connection: AsyncConnection, seal: Seal, *, caller: UUID, wallet: UUID | None, pin: str) -> Judged:
    """Judge one try under the locks of its counts, and write what it leaves of them."""
    of_caller: Subject = ("caller", caller)
    of_wallet: set[Subject] = {("wallet", wallet)} if wallet is not None else set()
    counts = await tries.lock(connection, {of_caller} | of_wallet)
    kept = await pins.find(connection, wallet) if wallet is not None else None
    real = await clock.wall_clock(connection)
    right = kept is not None and kept.counts_from <= real and _is(kept, seal, pin)
    tried = next((counts[one] for one in of_wallet), None)
    judged = judge(counts[of_caller], tried, right=right, real=real)
    left = {of_caller: judged.caller} | {one: judged.wallet for one in of_wallet if judged.wallet is not None}
    await tries.save(connection, left)
    return judged


def _is(kept: Pin, seal: Seal, pin: str) -> bool:
    return hmac.compare_digest(kept.digest, seal.pin_digest(pin, kept.holder_id))


def _refusal(judged: Judged, pointer: str | None) -> Refusal:
    """How a try that was not right is told to whom the wallet belongs."""
    if judged.verdict is Verdict.WRONG:
        return Refusal("pin.wrong", pointer=pointer)
    code = "consent.too_many" if judged.verdict is Verdict.TOO_MANY else "pin.locked"
    return Refusal(code, numbers={"retry_after_seconds": max(1, round(judged.rests.total_seconds()))})
