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
from services.voucher.payout.domain import four_eyes, preparing
from services.voucher.payout.domain.preparing import Ids, Prepared, Sorted
from services.voucher.payout.operations.batch_locks import lock_legs
from services.voucher.payout.store import batch_records, batches, pay_tasks, payer_accounts, payouts
from services.voucher.settlement.domain.claim import Leg, LegState
from services.voucher.settlement.store import legs

LOOKED_AT = 2_000
"""How many payable legs are looked at when none are named: more than one batch holds, so that held ones jam nothing."""


async def prepare(
    database: Database, keyed: Keyed, *, permit: Permit, account_id: UUID, leg_ids: Sequence[UUID] | None
) -> Answer:
    """Make a draft batch of the legs named, or of all that the account's treasury owes, longest waiting first.

    NotFound `payer_account.unknown`; refusal `payout_batch.nothing_to_pay` with what holds each leg, `person.missing`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        account = await payer_accounts.read(connection, account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        asked = await _asked(connection, account.treasury, leg_ids)
        locked, scene = await lock_legs(connection, asked)
        now, maker = await clock.business_now(connection), four_eyes.named(permit.caller.person)
        found = preparing.sort(asked, locked, scene, account=account, maker=maker)
        _refuse_empty(found)
        ids = Ids(new_id(), await batches.next_number(connection), [new_id() for _ in found.payable])
        prepared = preparing.make(found, scene, account=account, ids=ids, maker=maker, at=now)
        await _write(connection, prepared, locked)
        return await idempotency.record(connection, keyed, prepared, prepared.batch.id)


async def _asked(connection: AsyncConnection, treasury: str, leg_ids: Sequence[UUID] | None) -> list[UUID]:
    if leg_ids is not None:
        return list(dict.fromkeys(leg_ids))
    return [leg.id for leg in await legs.payable(connection, treasury, limit=LOOKED_AT)]


def _refuse_empty(found: Sorted) -> None:
    if not found.payable:
        held = [reason for one in found.held for reason in one.reasons]
        refuse_all([Reason("payout_batch.nothing_to_pay", numbers={"held": len(found.held)}), *held])


async def _write(connection: AsyncConnection, prepared: Prepared, locked: dict[UUID, Leg]) -> None:
    """The batch and its payouts; each leg is taken, so that no other batch finds it payable."""
    at = prepared.batch.made_at
    taken = [replace(locked[one.leg_id], state=LegState.IN_PAYMENT, payout_id=one.id) for one in prepared.payouts]
    await batches.add(connection, prepared.batch)
    await payouts.add(connection, prepared.payouts)
    await legs.save(connection, taken)
    await pay_tasks.keep(connection, {leg.claim_line_id for leg in taken}, at=at)
    await batch_records.moved(connection, prepared.batch, at=at)
