"""Reads what a receipt is given for, for whoever may see the thing itself."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound
from services.voucher.ledger.store import seals
from services.voucher.oversight.domain.receipt import Receipt, Subject
from services.voucher.oversight.operations.proving import proofs_of, seen_redemption
from services.voucher.oversight.operations.sight import lines_of_claim
from services.voucher.payout.authorisation import AUTHORISATION as PAYOUT
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.store import payouts
from services.voucher.redemption.authorisation import AUTHORISATION as REDEMPTION
from services.voucher.redemption.domain.redeem import catch_up
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.states import is_due
from services.voucher.redemption.store import due
from services.voucher.settlement.authorisation import AUTHORISATION as SETTLEMENT
from services.voucher.settlement.domain.seen import SeenClaim, SeenLine
from services.voucher.settlement.store import claims, legs, objections
from services.voucher.wallet.authorisation import AUTHORISATION as WALLET
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import rounds, vouchers

Read = Callable[[AsyncConnection, Permit, UUID], Awaitable[Subject]]


async def read_receipt(database: Database, *, permit: Permit, called: str) -> Receipt:
    """What a receipt says of a thing by its prefixed id, with the proofs of what is booked on it.

    NotFound ``receipt.unknown`` for any other id, and the thing's own code for whoever may not see it.
    """
    prefix = called.partition("_")[0]
    try:
        subject_id = parse(prefix, called)
        granted, read = _KINDS[prefix]
    except (ValueError, KeyError):
        raise NotFound("receipt.unknown") from None
    own = Permit(permit.caller, tuple(grant for grant in granted if grant in permit.granted))
    async with database.read() as connection:
        subject = await read(connection, own, subject_id)
        booked_on = [one.line.id for one in subject.lines] if isinstance(subject, SeenClaim) else [subject_id]
        return Receipt(
            subject_id=subject_id,
            subject=subject,
            at=await clock.business_now(connection),
            issued_at=await clock.wall_clock(connection),
            proofs=await proofs_of(connection, booked_on),
            last=await seals.last(connection),
        )


async def _voucher(connection: AsyncConnection, permit: Permit, voucher_id: UUID) -> Voucher:
    voucher = await vouchers.read(connection, voucher_id)
    of = await rounds.read(connection, voucher.round_id)
    permit.require("voucher.unknown", organizations=[voucher.holder_id], bureau=of.bureau)
    return voucher


async def _redemption(connection: AsyncConnection, permit: Permit, redemption_id: UUID) -> Redemption:
    """Caught up with what has fallen due, as where it is read: what is signed must not hang on a timer."""
    found, now = await seen_redemption(connection, permit, redemption_id), await clock.business_now(connection)
    if not is_due(found, now):
        return found
    return catch_up(found, await due.world(connection, [found], now))[-1].after


async def _claim(connection: AsyncConnection, permit: Permit, claim_id: UUID) -> SeenClaim:
    lines = await lines_of_claim(connection, claim_id, permit=permit)
    ids = [line.id for line in lines]
    owed, objected = await legs.read_of_lines(connection, ids), await objections.objected(connection, ids)
    now = await clock.business_now(connection)
    seen = tuple(SeenLine(line, owed[line.id], line.id in objected, now) for line in lines)
    return SeenClaim(await claims.read(connection, claim_id), seen)


async def _payout(connection: AsyncConnection, permit: Permit, payout_id: UUID) -> Payout:
    payout = (await payouts.read(connection, [payout_id])).get(payout_id)
    if payout is None:
        raise NotFound("payout.unknown")
    permit.require("payout.unknown", organizations=[payout.payee_id], treasury=payout.treasury)
    return payout


_KINDS: Mapping[str, tuple[tuple[Grant, ...], Read]] = {
    "vch": (WALLET["get_voucher"], _voucher),
    "red": (REDEMPTION["get_redemption"], _redemption),
    "clm": (SETTLEMENT["get_claim"], _claim),
    "pyt": (PAYOUT["get_payout"], _payout),
}
"""By prefix: who may see the thing itself, and how it is read."""
