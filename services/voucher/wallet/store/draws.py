"""Remembers the draw of a lottery: what was promised, and what it was drawn with."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.allocation import LOTTERY
from services.voucher.wallet.domain.draw import Draw
from services.voucher.wallet.domain.queue import Method
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.store.round_tables import RoundDraws

DRAWS = RoundDraws.__table__


async def find(connection: AsyncConnection, round_id: UUID) -> Draw | None:
    """The draw of a round; None while none was promised. The round's lock keeps others from it."""
    row = (await connection.execute(select(DRAWS).where(DRAWS.c.round_id == round_id))).mappings().one_or_none()
    return None if row is None else Draw(**row)


async def save(connection: AsyncConnection, draw: Draw) -> None:
    """Write a draw, in place of what was promised before."""
    values = asdict(draw)
    changed = {name: value for name, value in values.items() if name != "round_id"}
    await connection.execute(
        insert(DRAWS).values(values).on_conflict_do_update(index_elements=["round_id"], set_=changed)
    )


async def method_of(connection: AsyncConnection, of: Round) -> Method:
    """How a round is ranked. Refusal ``draw.not_drawn`` for a lottery whose draw was not carried out."""
    if of.method != LOTTERY:
        return Method(of.method)
    draw = await find(connection, of.id)
    if draw is None or draw.seed is None:
        raise Refusal("draw.not_drawn", rule="allocation.method")
    return Method(of.method, draw.seed)
