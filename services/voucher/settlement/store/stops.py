"""Remembers the stops beside legs: whoever holds a leg's lock sees all that is live on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.chassis.regions import lies_in
from services.voucher.settlement.domain.stop import Stop, StopKind, StopState
from services.voucher.settlement.store.claim_tables import ClaimLines, Legs
from services.voucher.settlement.store.disclosure_tables import Stops

STOPS = Stops.__table__
LEGS = Legs.__table__
LINES = ClaimLines.__table__
_FIELDS = tuple(Stop.__dataclass_fields__)
_ENDING = ("id", "state", "ended_by", "ended_at", "end_reason")
_IS_LIVE = STOPS.c.state == StopState.LIVE.value


async def live(connection: AsyncConnection, leg_ids: Collection[UUID]) -> dict[UUID, tuple[Stop, ...]]:
    """The live stops of each of these legs that has any, oldest first; read them under the locks of the legs."""
    statement = select(STOPS).where(STOPS.c.leg_id.in_(leg_ids), _IS_LIVE).order_by(STOPS.c.since, STOPS.c.id)
    found: dict[UUID, tuple[Stop, ...]] = {}
    for stop in await _all(connection, statement):
        found[stop.leg_id] = (*found.get(stop.leg_id, ()), stop)
    return found


async def read(connection: AsyncConnection, stop_id: UUID) -> Stop:
    """One stop; NotFound ``stop.unknown``."""
    return await _one(connection, select(STOPS).where(STOPS.c.id == stop_id))


async def lock(connection: AsyncConnection, stop_id: UUID) -> Stop:
    """One stop, locked until the transaction ends; NotFound ``stop.unknown``."""
    return await _one(connection, select(STOPS).where(STOPS.c.id == stop_id).with_for_update(key_share=True))


async def lock_live(connection: AsyncConnection, leg_ids: Collection[UUID]) -> list[Stop]:
    """The live stops of these legs, locked in the order of their ids."""
    statement = (
        select(STOPS).where(STOPS.c.leg_id.in_(leg_ids), _IS_LIVE).order_by(STOPS.c.id).with_for_update(key_share=True)
    )
    return await _all(connection, statement)


async def add(connection: AsyncConnection, stops: Sequence[Stop]) -> None:
    """Write new stops, under the locks of their legs."""
    await bulk.insert_all(connection, STOPS, [_row(stop, _FIELDS) for stop in stops])


async def save(connection: AsyncConnection, stops: Sequence[Stop]) -> None:
    """Write back how locked stops ended."""
    await bulk.update_all(connection, STOPS, [_row(stop, _ENDING) for stop in stops])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stops to list; None means any. treasury: of the leg; region: of the claim line, a prefix of its code."""

    leg_id: UUID | None = None
    live: bool | None = None
    treasury: str | None = None
    region: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Stop]:
    """Up to `limit` stops, newest first, set before the one given."""
    statement = select(STOPS).join(LEGS, LEGS.c.id == STOPS.c.leg_id).order_by(STOPS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(STOPS.c.id < before)
    if wanted.leg_id is not None:
        statement = statement.where(STOPS.c.leg_id == wanted.leg_id)
    if wanted.live is not None:
        statement = statement.where(_IS_LIVE if wanted.live else ~_IS_LIVE)
    if wanted.treasury is not None:
        statement = statement.where(LEGS.c.treasury == wanted.treasury)
    if wanted.region is not None:
        of_region = lies_in(LINES.c.region, wanted.region)
        statement = statement.join(LINES, LINES.c.id == LEGS.c.claim_line_id).where(of_region)
    return await _all(connection, statement)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Stop:
    found = await _all(connection, statement)
    if not found:
        raise NotFound("stop.unknown")
    return found[0]


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Stop]:
    return [_stop(row) for row in (await connection.execute(statement)).mappings()]


def _stop(row: Mapping[str, Any]) -> Stop:
    return Stop(**{**row, "kind": StopKind(row["kind"]), "state": StopState(row["state"])})


def _row(stop: Stop, names: Sequence[str]) -> dict[str, Any]:
    fields = {name: getattr(stop, name) for name in names}
    return {name: value.value if isinstance(value, StopKind | StopState) else value for name, value in fields.items()}
