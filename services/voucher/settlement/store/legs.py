"""Remembers legs: what is owed on approved claim lines, by which treasury, and how far its payment has come."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.settlement.domain.claim import Leg, LegState
from services.voucher.settlement.store.claim_tables import Legs

LEGS = Legs.__table__
CHANGING = ("state", "payout_id", "sent_at", "paid_on")


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Leg]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(LEGS).where(LEGS.c.id.in_(ids)).order_by(LEGS.c.id).with_for_update(key_share=True)
    return {leg.id: leg for leg in await _all(connection, statement)} if ids else {}


async def lock_of_lines(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[Leg, ...]]:
    """The legs of each of these lines by their part, all locked in id order; the lines are locked before."""
    statement = (
        select(LEGS).where(LEGS.c.claim_line_id.in_(line_ids)).order_by(LEGS.c.id).with_for_update(key_share=True)
    )
    return await _by_line(connection, statement, line_ids)


async def read_of_lines(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[Leg, ...]]:
    """The legs of each of these lines by their part, not locked."""
    return await _by_line(connection, select(LEGS).where(LEGS.c.claim_line_id.in_(line_ids)), line_ids)


async def add(connection: AsyncConnection, legs: Sequence[Leg]) -> None:
    """Write new legs in one statement."""
    await bulk.insert_all(connection, LEGS, [_row(leg) for leg in legs])


async def save(connection: AsyncConnection, legs: Sequence[Leg]) -> None:
    """Write back, in one statement, what may change of locked legs."""
    rows = [_row(leg) for leg in legs]
    await bulk.update_all(connection, LEGS, [{name: row[name] for name in ("id", *CHANGING)} for row in rows])


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Leg]:
    rows = (await connection.execute(statement)).mappings()
    return [Leg(**{**row, "state": LegState(row["state"])}) for row in rows]


async def _by_line(
    connection: AsyncConnection, statement: Select[Any], line_ids: Collection[UUID]
) -> dict[UUID, tuple[Leg, ...]]:
    found: dict[UUID, tuple[Leg, ...]] = dict.fromkeys(line_ids, ())
    for leg in sorted(await _all(connection, statement), key=lambda leg: leg.part):
        found[leg.claim_line_id] += (leg,)
    return found


def _row(leg: Leg) -> dict[str, Any]:
    return {name: getattr(leg, name) for name in Leg.__dataclass_fields__} | {"state": leg.state.value}
