"""Remembers samples of claim lines, and finds the lines of a round that a sample may be drawn of."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.leg_sample import LegSample, SampledLine
from services.voucher.settlement.store.claim_tables import ClaimLines, Legs
from services.voucher.settlement.store.leg_sample_tables import LegSampleLines, LegSamples
from services.voucher.wallet.store.tables import Vouchers

SAMPLES, PLACES = LegSamples.__table__, LegSampleLines.__table__
LINES, LEGS, VOUCHERS = ClaimLines.__table__, Legs.__table__, Vouchers.__table__


async def population(connection: AsyncConnection, round_id: UUID) -> list[UUID]:
    """The lines of a round that are disclosed or released, of which nothing is with the bank and none was drawn of yet.

    Not locked.
    """
    of_round = LINES.c.voucher_id.in_(select(VOUCHERS.c.id).where(VOUCHERS.c.round_id == round_id))
    drawn = exists().where(PLACES.c.claim_line_id == LINES.c.id)
    away = exists().where(LEGS.c.claim_line_id == LINES.c.id, LEGS.c.sent_at.is_not(None))
    wanted = select(LINES.c.id).where(
        of_round, LINES.c.state.in_([LineState.DISCLOSED.value, LineState.RELEASED.value]), ~drawn, ~away
    )
    return list((await connection.execute(wanted.order_by(LINES.c.id))).scalars().all())


async def add(connection: AsyncConnection, sample: LegSample, places: Sequence[SampledLine]) -> None:
    """Write a draw with everybody's place in it."""
    await connection.execute(insert(SAMPLES).values({**asdict(sample), "share": str(sample.share)}))
    await bulk.insert_all(connection, PLACES, [asdict(place) for place in places])


async def of_round(connection: AsyncConnection, round_id: UUID) -> list[LegSample]:
    """The samples of a round, oldest first."""
    statement = select(SAMPLES).where(SAMPLES.c.round_id == round_id).order_by(SAMPLES.c.turn)
    return [_sample(row) for row in (await connection.execute(statement)).mappings()]


async def places(
    connection: AsyncConnection, round_id: UUID, sample_id: UUID, *, after: int, limit: int
) -> list[SampledLine]:
    """Up to `limit` places of a sample behind one, in their order; NotFound ``leg_sample.unknown``."""
    which = select(SAMPLES.c.id).where(SAMPLES.c.round_id == round_id, SAMPLES.c.id == sample_id)
    if (await connection.execute(which)).scalar_one_or_none() is None:
        raise NotFound("leg_sample.unknown")
    statement = select(PLACES).where(PLACES.c.sample_id == sample_id, PLACES.c.place > after)
    rows = (await connection.execute(statement.order_by(PLACES.c.place).limit(limit))).mappings()
    return [SampledLine(**row) for row in rows]


def _sample(row: Mapping[Any, Any]) -> LegSample:
    return LegSample(**{**row, "share": Fraction(row["share"])})
