"""Lets time act on redemptions: proposals, holds and unclaimed captures lapse, silence accepts, each as of when due."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.chassis.timers import in_index_order
from services.voucher.redemption.domain.orders import TIMER, CatchUp
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.states import CLAIM_LAPSE
from services.voucher.redemption.domain.states import TIMERS as STATES
from services.voucher.redemption.operations.redeem import Request, redeem_all
from services.voucher.redemption.store import captures, redemptions

BATCH = 256
ASIDE = timedelta(minutes=1)
"""How long, in real time, one that failed is passed over, so that it holds up nothing that is due behind it."""
MOST_ASIDE = 1_024
"""How many are passed over at once: where more fail it is no matter of theirs, and the timer is late and says so."""
log = structlog.get_logger(__name__)


class Find(Protocol):
    """Finds, without locks, what falls due at or before an instant, if given, in due order: when, and whose."""

    async def __call__(
        self, connection: AsyncConnection, *, upto: datetime | None, limit: int, without: Collection[UUID]
    ) -> list[tuple[datetime, UUID]]:
        """The instant and the redemption, some redemption perhaps more than once."""
        ...


class Aside:
    """Those that failed, by the database they are of: until when, in real time, each is passed over."""

    def __init__(self) -> None:
        self._until: WeakKeyDictionary[AsyncEngine, dict[UUID, datetime]] = WeakKeyDictionary()

    async def now(self, connection: AsyncConnection) -> Collection[UUID]:
        """Those of a database that are still passed over; the others are forgotten."""
        if until := self._until.get(connection.engine):
            real = await clock.wall_clock(connection)
            self._until[connection.engine] = until = {one: end for one, end in until.items() if end > real}
        return list(until or ())

    async def put(self, database: Database, failed: Collection[UUID]) -> None:
        """Pass these over from now on."""
        if failed:
            async with database.read() as connection:
                end = await clock.wall_clock(connection) + ASIDE
            self._until.setdefault(database.engine, {}).update(dict.fromkeys(failed, end))


@dataclass(frozen=True, slots=True)
class RedemptionTimer:
    """One way in which time acts. What is due is found without locks and then locked in the house's order, so a sweep
    waits for a request instead of passing it by.
    """

    name: str
    find: Find
    aside: Aside = field(default_factory=Aside, compare=False, repr=False)

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The earliest instant at which one falls due that is not passed over."""
        first = await self.find(connection, upto=None, limit=1, without=await self.passed_over(connection))
        return first[0][0] if first else None

    async def passed_over(self, connection: AsyncConnection) -> Collection[UUID]:
        """Those that failed here less than a minute ago."""
        return await self.aside.now(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Carry out one batch of what is due at or before an instant, in due order; answers how many steps it made.

        One that fails is logged and passed over for a minute; nothing is tried while too many are.
        """
        async with database.read() as connection:
            passed = await self.passed_over(connection)
            room = min(BATCH, MOST_ASIDE - len(passed))
            async with in_index_order(connection):
                due = await self.find(connection, upto=upto, limit=room, without=passed) if room > 0 else []
        whose = list(dict.fromkeys(one for _, one in due))
        results = await redeem_all(database, [Request(CatchUp(redemption_id=one, by=TIMER)) for one in whose])
        failed = {one: result.code for one, result in zip(whose, results, strict=True) if isinstance(result, Refusal)}
        for one, code in failed.items():
            log.error("redemption.timer_failed", timer=self.name, redemption_id=show("red", one), code=code)
        await self.aside.put(database, failed)
        return sum(len(result.steps) for result in results if isinstance(result, Outcome))


def _states(name: str) -> tuple[State, ...]:
    return tuple(state for state, timer in STATES.items() if timer == name)


TIMERS = (
    *(
        RedemptionTimer(f"redemption.{name}", partial(redemptions.due, states=_states(name)))
        for name in dict.fromkeys(STATES.values())
    ),
    RedemptionTimer(f"redemption.{CLAIM_LAPSE}", captures.due),
)
