"""Stops legs and lets them go: a stop is set under the lock of its leg, where a payout batch looks for it."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.standards.calendar import local_date
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.domain.stop import Stop, StopKind, lift, put
from services.voucher.settlement.store import claim_lines, legs, stops
from services.voucher.settlement.store.stop_records import tell
from services.voucher.settlement.store.stops import Wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """A stop as it was asked for."""

    leg_id: UUID
    kind: StopKind
    reason: str
    document_id: UUID | None
    expected_end: date | None


async def set_stop(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Keep a leg from being paid.

    NotFound ``leg.unknown``, also for whoever may not touch it; refusals of `domain.stop.put`, ``document.unknown``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        leg = await _leg(connection, permit, asked.leg_id, unknown="leg.unknown")
        await documents.require_callers(connection, asked.document_id, caller=permit.caller)
        now = await clock.business_now(connection)
        asked_for = Stop(id=new_id(), **asdict(asked), set_by=permit.caller.person, since=now)
        stop = put(asked_for, leg=leg, today=local_date(now, HOUSE_ZONE))
        await stops.add(connection, [stop])
        await tell(connection, [stop], {leg.id: leg}, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, stop, stop.id)


async def lift_stop(database: Database, keyed: Keyed, *, permit: Permit, stop_id: UUID, reason: str) -> Answer:
    """Let a leg go again, as far as this stop goes.

    NotFound ``stop.unknown``, also for whoever may not touch its leg; refusals of `domain.stop.lift`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await stops.read(connection, stop_id)
        leg = await _leg(connection, permit, seen.leg_id, unknown="stop.unknown")
        standing = await stops.lock(connection, stop_id)
        now = await clock.business_now(connection)
        lifted = lift(standing, by=permit.caller.person, at=now, reason=reason)
        await stops.save(connection, [lifted])
        await tell(connection, [lifted], {leg.id: leg}, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, lifted, stop_id)


async def list_stops(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[Stop]:
    """Up to `limit` of the stops that the caller may see, newest first."""
    region, treasury = watched(permit)
    async with database.read() as connection:
        narrowed = replace(wanted, region=region, treasury=treasury)
        return await stops.find(connection, narrowed, before=before, limit=limit)


def watched(permit: Permit) -> tuple[str | None, str | None]:
    """The region or else the treasury that a list is narrowed to; neither for whoever sees everything."""
    region = permit.bound("region")
    return (region, None) if isinstance(region, str) and not permit.everything else (None, permit.only_treasury)


async def _leg(connection: AsyncConnection, permit: Permit, leg_id: UUID, *, unknown: str) -> Leg:
    """A leg that the caller may stop, locked; NotFound with a code otherwise."""
    leg = (await legs.lock(connection, [leg_id])).get(leg_id)
    if leg is None:
        raise NotFound(unknown)
    line = (await claim_lines.read(connection, [leg.claim_line_id]))[leg.claim_line_id]
    permit.require(unknown, region=line.region, treasury=leg.treasury)
    return leg
