"""Reads vouchers and wallets as they stand at this instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.operations.applications import within
from services.voucher.wallet.store import changes, rounds, vouchers
from services.voucher.wallet.store.changes import Kept
from services.voucher.wallet.store.vouchers import Total

WALLET_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A voucher at an instant (UTC). up_to: whether what it pays may still be cut to the budget of its round."""

    voucher: Voucher
    at: datetime
    up_to: bool

    @property
    def state(self) -> VoucherState:
        """The state at this instant, whether or not the timer has run."""
        return self.voucher.state_at(self.at)

    @property
    def spendable(self) -> int:
        """What may be spent now, in fen: nothing unless it is active."""
        return self.voucher.spendable_at(self.at)


@dataclass(frozen=True, slots=True)
class Whole:
    """A voucher with what was done to it besides redeeming, oldest first."""

    seen: Seen
    history: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Wallet:
    """A holder's vouchers, those that end first before the others, the totals of all, and which ends next."""

    vouchers: Sequence[Seen]
    totals: Sequence[Total]
    ends_next: Seen | None


async def read_voucher(database: Database, *, permit: Permit, voucher_id: UUID) -> Whole:
    """One voucher: the holder's own, or of an operator's bureau. NotFound ``voucher.unknown``."""
    async with database.read() as connection:
        voucher = await vouchers.read(connection, voucher_id)
        of = await rounds.read(connection, voucher.round_id)
        permit.require("voucher.unknown", organizations=[voucher.holder_id], bureau=of.bureau)
        history = await changes.of_voucher(connection, voucher_id)
        return Whole(Seen(voucher, await clock.business_now(connection), of.up_to), history)


async def list_vouchers(
    database: Database, *, permit: Permit, wanted: vouchers.Wanted, after: str | None, limit: int
) -> tuple[list[Seen], str | None]:
    """A page of the vouchers that the caller may see, newest first."""
    wanted = replace(wanted, within=within(permit))
    async with database.read() as connection:
        now = await clock.business_now(connection)
        found, cursor = await vouchers.find(connection, wanted, at=now, after=after, limit=limit)
        return await _seen(connection, found, now), cursor


async def read_wallet(database: Database, *, permit: Permit) -> Wallet:
    """The vouchers of the caller's organisation, at most a thousand, and the totals of all.

    Refusal ``application.no_organization``.
    """
    holder_id = permit.caller.organization
    if holder_id is None:
        raise Refusal("application.no_organization")
    async with database.read() as connection:
        now = await clock.business_now(connection)
        found = await vouchers.of_holder(connection, holder_id, at_most=WALLET_AT_MOST)
        totals = await vouchers.totals(connection, holder_id, at=now)
        ending = await vouchers.next_to_end(connection, holder_id, at=now)
        seen = await _seen(connection, found, now)
        next_one = await _seen(connection, [] if ending is None else [ending], now)
    return Wallet(seen, totals, next(iter(next_one), None))


async def _seen(connection: AsyncConnection, found: Sequence[Voucher], at: datetime) -> list[Seen]:
    of = await rounds.read_all(connection, {voucher.round_id for voucher in found})
    return [Seen(voucher, at, of[voucher.round_id].up_to) for voucher in found]
