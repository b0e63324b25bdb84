"""Proves PINs and secrets, each try counted in a transaction of its own, so that a refusal does not undo the count."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import NOBODY
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.pin import Count, Judged, Verdict, judge, resting
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import pins, tries, voucher_secrets
from services.voucher.redemption.store.pins import Pin
from services.voucher.redemption.store.tries import Subject
from services.voucher.redemption.store.voucher_secrets import Living

OWN, BY_SECRET, OF_NOBODY = frozenset({Count.AT_WALLET}), frozenset(Count), frozenset({Count.CALLER})
"""Where a wrong try counts: a holder's own, one with a secret, and one with a secret that is nobody's."""
NO_PIN = bytes(32)
"""What a PIN is held against where there is none."""


@dataclass(frozen=True, slots=True)
class Try:
    """A PIN that a caller entered for a wallet, and where it counts if it is wrong.

    With a secret that is nobody's his own wallet stands in: its counts are locked and written like any other's, but
    stay as they are, so that a secret that lives takes no longer than one that does not.
    """

    caller: UUID
    wallet: UUID
    pin: str = field(repr=False)
    counted: Collection[Count]

    @property
    def subjects(self) -> dict[Count, Subject]:
        """What is locked for it, and of whom: what stands for all is nobody."""
        ids = {
            Count.CALLER: (NOBODY, self.caller),
            Count.AT_WALLET: (self.wallet, self.caller),
            Count.WALLET: (self.wallet, NOBODY),
        }
        return {count: (count, *ids[count]) for count in (self.counted if self.counted == OWN else BY_SECRET)}


async def prove_pin(database: Database, seal: Seal, *, holder_id: UUID, pin: str, pointer: str = "/pin") -> None:
    """Prove the PIN of the caller's own wallet. pointer: in which field it was sent.

    Refusals ``pin.not_set``, ``pin.cooling``, ``pin.wrong``, ``pin.locked``: nobody else's tries count here.
    """
    async with database.read() as connection:
        kept, real = await pins.find(connection, holder_id), await clock.wall_clock(connection)
    if kept is None:
        raise Refusal("pin.not_set", pointer=pointer)
    if real < kept.counts_from:
        raise Refusal("pin.cooling", pointer=pointer, numbers={"counts_from": kept.counts_from.isoformat()})
    async with database.begin() as connection:
        judged = await _judged(connection, seal, Try(holder_id, holder_id, pin, OWN))
    if judged.verdict is Verdict.WRONG:
        raise Refusal("pin.wrong", pointer=pointer)
    if judged.verdict is Verdict.LOCKED:
        raise _later("pin.locked", judged)


async def proved_secret(database: Database, seal: Seal, *, caller: UUID, secret: str, pin: str) -> Living | None:
    """The secret that was shown with its wallet's PIN; None when either is wrong, it has passed, or the wallet rests.

    Which of them it was is not told, nor by the time it takes. Refusal ``consent.too_many``.
    """
    wanted = seal.secret_digest(secret)
    async with database.begin() as connection:
        found = (await voucher_secrets.living(connection, {wanted})).get(wanted)
        wallet, counted = (found.holder_id, BY_SECRET) if found is not None else (caller, OF_NOBODY)
        judged = await _judged(connection, seal, Try(caller, wallet, pin, counted))
    if judged.verdict is Verdict.TOO_MANY:
        raise _later("consent.too_many", judged)
    return found if judged.verdict is Verdict.RIGHT else None


async def _judged(connection: AsyncConnection, seal: Seal, entered: Try) -> Judged:
    """Judge one try under the locks of its counts, and write what it leaves of them; where one rests, unlooked at."""
    subjects = entered.subjects
    counts = await tries.lock(connection, subjects.values())
    kept = await pins.find(connection, entered.wallet)
    real = await clock.wall_clock(connection)
    before = {count: counts[subjects[count]] for count in entered.counted}
    judged = resting(before, real) or judge(before, right=_is_right(seal, entered, kept, real), real=real)
    await tries.save(connection, counts | {subjects[count]: left for count, left in judged.counts.items()})
    return judged


def _is_right(seal: Seal, entered: Try, kept: Pin | None, real: datetime) -> bool:
    """Whether this is the PIN of the wallet it was entered for, and counts already."""
    proves = kept is not None and kept.counts_from <= real and entered.counted != OF_NOBODY
    known = kept.digest if kept is not None and proves else NO_PIN
    return hmac.compare_digest(known, seal.pin_digest(entered.pin, entered.wallet))


def _later(code: str, judged: Judged) -> Refusal:
    return Refusal(code, numbers={"retry_after_seconds": max(1, round(judged.rests.total_seconds()))})
