"""Reads vouchers and wallets as they stand at this instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.operations.applications import within
from services.voucher.wallet.store import rounds, vouchers

WALLET_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A voucher at an instant (UTC)."""

    voucher: Voucher
    at: datetime

    @property
    def state(self) -> VoucherState:
        """The state at this instant, whether or not the timer has run."""
        return self.voucher.state_at(self.at)

    @property
    def spendable(self) -> int:
        """What may be spent now, in fen: nothing once it is expired."""
        return self.voucher.available if self.state is VoucherState.ACTIVE else 0


async def read_voucher(database: Database, *, permit: Permit, voucher_id: UUID) -> Seen:
    """One voucher: the holder's own, or of an operator's bureau. NotFound ``voucher.unknown``."""
    async with database.read() as connection:
        voucher = await vouchers.read(connection, voucher_id)
        of = await rounds.read(connection, voucher.round_id)
        permit.require("voucher.unknown", organizations=[voucher.holder_id], bureau=of.bureau)
        return Seen(voucher, await clock.business_now(connection))


async def list_vouchers(
    database: Database, *, permit: Permit, round_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Seen], str | None]:
    """A page of the vouchers that the caller may see, newest first."""
    wanted = vouchers.Wanted(round_id=round_id, within=within(permit))
    async with database.read() as connection:
        found, cursor = await vouchers.find(connection, wanted, after=after, limit=limit)
        now = await clock.business_now(connection)
    return [Seen(voucher, now) for voucher in found], cursor


async def read_wallet(database: Database, *, permit: Permit) -> list[Seen]:
    """All vouchers of the caller's organisation, at most a thousand, those that end first before the others.

    Refusal ``application.no_organization``.
    """
    holder_id = permit.caller.organization
    if holder_id is None:
        raise Refusal("application.no_organization")
    async with database.read() as connection:
        found = await vouchers.of_holder(connection, holder_id, at_most=WALLET_AT_MOST)
        now = await clock.business_now(connection)
    return [Seen(voucher, now) for voucher in found]
