"""Prepares a batch: takes the legs that may be paid, freezes where each payment goes, and says why others stay held."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import Reason, refuse_all
from services.voucher.payout.domain import preparing
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.domain.preparing import HELD_TOLD, PAYOUTS_MAX, Ids, Prepared, Sorted
from services.voucher.payout.operations.batch_locks import lock_legs
from services.voucher.payout.store import batch_records, batches, owed, pay_tasks, payer_accounts, payouts
from services.voucher.payout.store.owed import Owed
from services.voucher.settlement.domain.claim import Leg, LegState
from services.voucher.settlement.store import legs

LOOKED_AT = PAYOUTS_MAX + HELD_TOLD
"""How many legs are looked at when none are named: what one batch holds, and what can be told of those that wait."""


async def prepare(
    database: Database, keyed: Keyed, *, permit: Permit, account_id: UUID, leg_ids: Sequence[UUID] | None
) -> Answer:
    """Make a draft batch of the legs named, or of all that is owed from the account, longest waiting first.

    NotFound `payer_account.unknown`; refusal `payout_batch.nothing_to_pay` with what holds each leg.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        account = await payer_accounts.read(connection, account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        asked = await _asked(connection, account, leg_ids)
        locked, standing = await lock_legs(connection, asked.leg_ids)
        now, maker = await clock.business_now(connection), permit.caller.person
        scene = standing.at(now)
        found = preparing.sort(asked.leg_ids, locked, scene, account=account, maker=maker)
        found = replace(found, more=found.more + asked.total - len(asked.leg_ids))
        _refuse_empty(found)
        ids = Ids(new_id(), await batches.next_number(connection), [new_id() for _ in found.payable])
        prepared = preparing.make(found, scene, account=account, ids=ids, maker=maker, at=now)
        await _write(connection, prepared, locked)
        return await idempotency.record(connection, keyed, prepared, prepared.batch.id)


async def _asked(connection: AsyncConnection, account: PayerAccount, leg_ids: Sequence[UUID] | None) -> Owed:
    if leg_ids is None:
        return await owed.find(connection, account, limit=LOOKED_AT)
    named = tuple(dict.fromkeys(leg_ids))
    return Owed(named, len(named))


def _refuse_empty(found: Sorted) -> None:
    if not found.payable:
        told = [reason for one in found.held for reason in one.reasons][:HELD_TOLD]
        numbers = {"held": len(found.held) + found.more, "told": len(told)}
        refuse_all([Reason("payout_batch.nothing_to_pay", numbers=numbers), *told])


async def _write(connection: AsyncConnection, prepared: Prepared, locked: dict[UUID, Leg]) -> None:
    """The batch and its payouts; each leg is taken, so that no other batch finds it payable."""
    at = prepared.batch.made_at
    taken = [replace(locked[one.leg_id], state=LegState.IN_PAYMENT, payout_id=one.id) for one in prepared.payouts]
    await batches.add(connection, prepared.batch)
    await payouts.add(connection, prepared.payouts)
    await legs.save(connection, taken)
    await pay_tasks.keep(connection, {leg.claim_line_id for leg in taken}, at=at)
    await batch_records.moved(connection, prepared.batch, at=at)
