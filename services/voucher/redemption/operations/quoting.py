"""Answers what a voucher would pay: the same fold as a redemption, without locks and without writing."""

from dataclasses import replace
from uuid import UUID

from services.chassis import clock
from services.chassis.database import Database
from services.voucher.ledger.store import counters
from services.voucher.redemption.domain.orders import Propose
from services.voucher.redemption.domain.quote import Quote, quote
from services.voucher.redemption.domain.world import World
from services.voucher.redemption.operations.looking import Sight, facts, look
from services.voucher.wallet.store import rounds


async def quote_voucher(database: Database, order: Propose, *, instant: bool = False) -> Quote:
    """Every failing reason and, for the holder, the amount and the room under every cap. instant: at the counter.

    NotFound ``voucher.unknown``, Refusal ``provider.unknown``.
    """
    async with database.read() as connection:
        sight = await look(connection, [order])
        now, real = await clock.both(connection)
        found = await counters.read(connection, sight.counters(now))
        world = World(now, await facts(connection, sight, [order], now=now, real=real), sight.vouchers, {}, found)
        up_to = [one.up_to for one in (await rounds.read_all(connection, _rounds(sight))).values()]
    return replace(quote(order, world, instant=instant), up_to=any(up_to))


def _rounds(sight: Sight) -> set[UUID]:
    """The round of the voucher, if there is such a voucher."""
    return {voucher.round_id for voucher in sight.vouchers.values()}
