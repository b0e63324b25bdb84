"""Remembers draws, of lotteries and of samples: what was promised, and what it was drawn with."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.allocation import LOTTERY
from services.voucher.wallet.domain.draw import Draw, Purpose
from services.voucher.wallet.domain.queue import Method
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.store.round_tables import RoundDraws

DRAWS = RoundDraws.__table__


async def last(connection: AsyncConnection, round_id: UUID, purpose: Purpose) -> Draw | None:
    """The last draw of a round for a purpose; None while none was promised. The round's lock keeps others from it."""
    wanted = select(DRAWS).where(DRAWS.c.round_id == round_id, DRAWS.c.purpose == purpose)
    row = (await connection.execute(wanted.order_by(DRAWS.c.turn.desc()).limit(1))).mappings().one_or_none()
    return None if row is None else _draw(row)


async def lottery(connection: AsyncConnection, round_id: UUID, turn: int) -> Draw | None:
    """The draw of a lottery for the how manieth time its window came; None while none was promised."""
    key = DRAWS.c.round_id == round_id, DRAWS.c.purpose == Purpose.LOTTERY, DRAWS.c.turn == turn
    row = (await connection.execute(select(DRAWS).where(*key))).mappings().one_or_none()
    return None if row is None else _draw(row)


def _draw(row: Mapping[Any, Any]) -> Draw:
    return Draw(**{**row, "purpose": Purpose(row["purpose"])})


async def save(connection: AsyncConnection, draw: Draw) -> None:
    """Write a draw, in place of what was promised before."""
    values = asdict(draw)
    key = ("round_id", "purpose", "turn")
    changed = {name: value for name, value in values.items() if name not in key}
    await connection.execute(insert(DRAWS).values(values).on_conflict_do_update(index_elements=key, set_=changed))


async def method_of(connection: AsyncConnection, of: Round) -> Method:
    """How a round is ranked. Refusal ``draw.not_drawn`` for a lottery whose draw was not carried out."""
    if of.method != LOTTERY:
        return Method(of.method)
    draw = await lottery(connection, of.id, of.window_turn)
    if draw is None or draw.seed is None:
        raise Refusal("draw.not_drawn", rule="allocation.method")
    return Method(of.method, draw.seed)
