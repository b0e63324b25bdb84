"""Sets the PIN of a wallet: at first, with the old one, or anew with a reason, and then it counts only a day later."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.refusals import Refusal
from services.standards.holding import Holder, Kind
from services.voucher.redemption.domain.pin import COOLING, Count, is_weak
from services.voucher.redemption.operations.proving import prove_pin
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import pins, tries
from services.voucher.redemption.store.pins import Pin


@dataclass(frozen=True, slots=True)
class PinAsked:
    """A new PIN with the old one, or with the reason why it is not known any more; neither where there is none yet."""

    pin: str = field(repr=False)
    current: str | None = field(default=None, repr=False)
    reason: str | None = None
    request_id: str | None = None


async def set_pin(database: Database, seal: Seal, *, permit: Permit, asked: PinAsked) -> Pin:
    """Set the PIN of the wallet of the caller's organisation.

    Refusals ``application.no_organization``, ``pin.weak``, ``pin.current_missing`` and those of `prove_pin`.
    """
    holder_id = permit.caller.organization
    if holder_id is None:
        raise Refusal("application.no_organization")
    if is_weak(asked.pin):
        raise Refusal("pin.weak", pointer="/pin")
    proved = await _proved(database, seal, holder_id, asked.current)
    digest = seal.pin_digest(asked.pin, holder_id)
    async with database.begin() as connection:
        await tries.lock(connection, [(Count.AT_WALLET, holder_id, holder_id)])
        outcome = _outcome(await pins.find(connection, holder_id), asked, proved=proved)
        now, real = await clock.business_now(connection), await clock.wall_clock(connection)
        counts_from = real + (COOLING if outcome == "reset" else timedelta(0))
        pin = Pin(holder_id, digest, now, permit.caller.person, counts_from)
        await pins.save(connection, pin)
        await _record(connection, pin, asked, outcome, kind=permit.caller.kind)
    return pin


async def _proved(database: Database, seal: Seal, holder_id: UUID, current: str | None) -> Pin | None:
    """The PIN that stands, if the caller proved it."""
    async with database.read() as connection:
        known = await pins.find(connection, holder_id)
    if known is None or current is None:
        return None
    await prove_pin(database, seal, holder_id=holder_id, pin=current, pointer="/current_pin")
    return known


def _outcome(standing: Pin | None, asked: PinAsked, *, proved: Pin | None) -> str:
    """What setting it amounts to, now that its wallet is locked: what was proved may stand no longer."""
    if standing is None:
        return "set"
    if standing == proved:
        return "changed"
    if asked.reason is None:
        raise Refusal("pin.current_missing", pointer="/current_pin")
    return "reset"


async def _record(connection: AsyncConnection, pin: Pin, asked: PinAsked, outcome: str, *, kind: Kind) -> None:
    told = {"counts_from": pin.counts_from.isoformat()}
    decision = Decision(
        subject_kind="wallet",
        subject_id=pin.holder_id,
        kind="wallet.pin",
        outcome=outcome,
        actor=pin.set_by,
        at=pin.set_at,
        rule="wallet.pin",
        numbers={**told, "reason": asked.reason},
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
    wallet = Holder(kind, pin.holder_id).shown
    event = Event(f"wallet.pin_{outcome}", "wallet", wallet, (pin.holder_id,), told, pin.set_at)
    await events.append(connection, [event])
