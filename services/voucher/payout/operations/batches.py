"""Leads a batch from hand to hand until it is sent; stops and accounts are asked again each time money comes nearer."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.standards.calendar import local_date
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal
from services.voucher.ledger.store import journals
from services.voucher.payout.domain import batch as deciding
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.operations.batch_locks import Locked, lock_batch
from services.voucher.payout.store import batch_records, batches, pay_tasks, payouts
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.store import legs


async def submit(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID) -> Answer:
    """Hand a draft in for approval. NotFound `payout_batch.unknown`; refusal `payout_batch.state`."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        now = await clock.business_now(connection)
        submitted = deciding.submit(locked.batch)
        await batches.save(connection, submitted)
        await batch_records.moved(connection, submitted, at=now)
        return await idempotency.record(connection, keyed, submitted, batch_id)


async def approve(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID, digest: str) -> Answer:
    """Approve what another person made, by the digest that was shown.

    NotFound `payout_batch.unknown`; refusals of `domain.batch.approve` and `payout_batch.blocked`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        now, person = await clock.business_now(connection), permit.caller.person
        acted = locked.scene.acted
        approved = deciding.approve(locked.batch, locked.payouts, digest=digest, acted=acted, by=person, at=now)
        locked.refuse_blocked(at=now)
        await payouts.save(connection, [one.approved() for one in locked.payouts])
        await _decided(connection, keyed, approved, rule="four_eyes", by=person, at=now)
        return await idempotency.record(connection, keyed, approved, batch_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID, reason: str) -> Answer:
    """Reject what another person made; its legs are payable again.

    NotFound `payout_batch.unknown`; refusals of `domain.batch.reject`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        now, person = await clock.business_now(connection), permit.caller.person
        rejected = deciding.reject(locked.batch, by=person, at=now, reason=reason)
        await _give_back(connection, locked, at=now)
        await _decided(connection, keyed, rejected, rule="four_eyes", by=person, at=now)
        return await idempotency.record(connection, keyed, rejected, batch_id)


async def cancel(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID, reason: str) -> Answer:
    """Give a batch up before it is sent; its legs are payable again.

    NotFound `payout_batch.unknown`; refusal `payout_batch.state`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        now = await clock.business_now(connection)
        cancelled = deciding.cancel(locked.batch, at=now, reason=reason)
        await _give_back(connection, locked, at=now)
        await _decided(connection, keyed, cancelled, rule="before_sending", by=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, cancelled, batch_id)


async def send(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID) -> Answer:
    """Let the bank file go, which books row 18 of every payout; no stop comes in time any more.

    NotFound `payout_batch.unknown`; refusals of `domain.batch.send` and `payout_batch.blocked`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        now, person = await clock.business_now(connection), permit.caller.person
        sent = deciding.send(locked.batch, by=person, at=now)
        locked.refuse_blocked(at=now)
        on_their_way = [one.sent(now) for one in locked.payouts]
        await payouts.save(connection, on_their_way)
        await legs.save(connection, [replace(leg, sent_at=now) for leg in locked.legs.values()])
        request_id = keyed.attempt.request_id
        await journals.append(connection, [_journal(one, person, now, request_id) for one in on_their_way])
        await _decided(connection, keyed, sent, rule="four_eyes", by=person, at=now)
        await batch_records.sent(connection, on_their_way, at=now)
        return await idempotency.record(connection, keyed, sent, batch_id)


async def _decided(
    connection: AsyncConnection, keyed: Keyed, batch: Batch, *, rule: str, by: str, at: datetime
) -> None:
    await batches.save(connection, batch)
    request_id = keyed.attempt.request_id
    await batch_records.decided(connection, batch, rule=rule, actor=by, at=at, request_id=request_id)
    await batch_records.moved(connection, batch, at=at)


async def _give_back(connection: AsyncConnection, locked: Locked, *, at: datetime) -> None:
    """The payouts end and their legs are owed as before."""
    await payouts.save(connection, [one.cancelled() for one in locked.payouts])
    freed = [replace(leg, state=LegState.PAYABLE, payout_id=None) for leg in locked.legs.values()]
    await legs.save(connection, freed)
    await pay_tasks.keep(connection, {leg.claim_line_id for leg in freed}, at=at)


def _journal(payout: Payout, person: str, now: datetime, request_id: str | None) -> Journal:
    posting = paying.send(
        payout_id=payout.id,
        claim_line_id=payout.claim_line_id,
        part=payout.part,
        amount=payout.amount,
        funding=payout.funding,
    )
    return Journal(
        id=new_id(),
        posting=posting,
        booked_at=now,
        value_on=local_date(now, HOUSE_ZONE),
        actor=person,
        request_id=request_id,
        subject_kind="payout",
        subject_id=payout.id,
    )
