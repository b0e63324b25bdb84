"""Proves PINs and secrets, each try counted in a transaction of its own, so that a refusal does not undo the count."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
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
    (refusal,) = await tried_pins(database, seal, holder_id=holder_id, entered=[pin], pointer=pointer)
    if refusal is not None:
        raise refusal


async def tried_pins(
    database: Database, seal: Seal, *, holder_id: UUID, entered: Sequence[str], pointer: str
) -> list[Refusal | None]:
    """Of each PIN entered for the caller's own wallet, in turn, why it is refused; as `prove_pin`, at once."""
    async with database.read() as connection:
        kept, real = await pins.find(connection, holder_id), await clock.wall_clock(connection)
    if kept is None:
        return [Refusal("pin.not_set", pointer=pointer) for _ in entered]
    if real < kept.counts_from:
        numbers = {"counts_from": kept.counts_from.isoformat()}
        return [Refusal("pin.cooling", pointer=pointer, numbers=numbers) for _ in entered]
    async with database.begin() as connection:
        judged = await _judged(connection, seal, [Try(holder_id, holder_id, pin, OWN) for pin in entered])
    return [_told(one, pointer) for one in judged]


def _told(judged: Judged, pointer: str) -> Refusal | None:
    """How a try is told to whom the wallet belongs."""
    if judged.verdict is Verdict.RIGHT:
        return None
    return Refusal("pin.wrong", pointer=pointer) if judged.verdict is Verdict.WRONG else _later("pin.locked", judged)


async def proved_secrets(
    database: Database, seal: Seal, *, caller: UUID, shown: Sequence[tuple[str, str]]
) -> list[Living | Refusal | None]:
    """Of each secret shown with a PIN, what it is; None when either is wrong, it has passed, or its wallet rests.

    Which of them it was is not told, nor by the time it takes. Refusal ``consent.too_many``. All in one transaction.
    """
    digests = [seal.secret_digest(secret) for secret, _ in shown]
    async with database.begin() as connection:
        living = await voucher_secrets.living(connection, set(digests))
        found = [living.get(digest) for digest in digests]
        entered = [_by_secret(caller, one, pin) for one, (_, pin) in zip(found, shown, strict=True)]
        judged = await _judged(connection, seal, entered)
    return [_proved(one, secret) for one, secret in zip(judged, found, strict=True)]


def _proved(judged: Judged, found: Living | None) -> Living | Refusal | None:
    if judged.verdict is Verdict.TOO_MANY:
        return _later("consent.too_many", judged)
    return found if judged.verdict is Verdict.RIGHT else None


def _by_secret(caller: UUID, found: Living | None, pin: str) -> Try:
    if found is None:
        return Try(caller, caller, pin, OF_NOBODY)
    return Try(caller, found.holder_id, pin, BY_SECRET)


async def _judged(connection: AsyncConnection, seal: Seal, entered: Sequence[Try]) -> list[Judged]:
    """Judge tries in turn under the locks of their counts, and write what they leave; where one rests, unlooked at."""
    counts = await tries.lock(connection, {one for tried in entered for one in tried.subjects.values()})
    kept = await pins.read(connection, {tried.wallet for tried in entered})
    real = await clock.wall_clock(connection)
    judged = []
    for tried in entered:
        before = {count: counts[tried.subjects[count]] for count in tried.counted}
        pin = kept.get(tried.wallet)
        one = resting(before, real) or judge(before, right=_is_right(seal, tried, pin, real), real=real)
        counts |= {tried.subjects[count]: left for count, left in one.counts.items()}
        judged.append(one)
    await tries.save(connection, counts)
    return judged


def _is_right(seal: Seal, entered: Try, kept: Pin | None, real: datetime) -> bool:
    """Whether this is the PIN of the wallet it was entered for, and counts already."""
    proves = kept is not None and kept.counts_from <= real and entered.counted != OF_NOBODY
    known = kept.digest if kept is not None and proves else NO_PIN
    return hmac.compare_digest(known, seal.pin_digest(entered.pin, entered.wallet))


def _later(code: str, judged: Judged) -> Refusal:
    seconds = max(1, round(judged.rests.total_seconds()))
    return Refusal(code, numbers={"retry_after_seconds": seconds, "minutes": ceil(seconds / 60)})
