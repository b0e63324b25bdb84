"""Lets time act on redemptions: proposals, holds and unclaimed captures lapse, silence accepts, each as of when due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

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
from services.voucher.redemption.operations.redeem import Request, Result, redeem_all
from services.voucher.redemption.store import captures, redemptions

BATCH = 256
ASIDE = timedelta(minutes=1)
"""How long, in real time, one that failed is passed over, so that it holds up nothing that is due behind it."""
log = structlog.get_logger(__name__)


class Find(Protocol):
    """Finds, without locks, what falls due at or before an instant, if given, in due order: when, and whose."""

    async def __call__(
        self, connection: AsyncConnection, *, upto: datetime | None, limit: int, without: Collection[UUID]
    ) -> list[tuple[datetime, UUID]]:
        """The instant and the redemption, some redemption perhaps more than once."""
        ...


@dataclass(frozen=True, slots=True)
class RedemptionTimer:
    """One way in which time acts. What is due is found without locks and then locked in the house's order, so a sweep
    waits for a request instead of passing it by.
    """

    name: str
    find: Find
    aside: dict[UUID, datetime] = field(default_factory=dict, compare=False, repr=False)

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The earliest instant at which one falls due."""
        passed = self._passed_over(await clock.wall_clock(connection))
        first = await self.find(connection, upto=None, limit=1, without=passed)
        return first[0][0] if first else None

    async def run(self, database: Database, upto: datetime) -> int:
        """Carry out one batch of what is due at or before an instant, in due order; answers how many steps it made.

        One that fails is logged and passed over for a minute.
        """
        steps, failed = 0, True
        while failed and not steps:
            async with database.read() as connection:
                real = await clock.wall_clock(connection)
                await in_index_order(connection)
                due = await self.find(connection, upto=upto, limit=BATCH, without=self._passed_over(real))
            whose = list(dict.fromkeys(one for _, one in due))
            results = await redeem_all(database, [Request(CatchUp(redemption_id=one, by=TIMER)) for one in whose])
            failed = self._pass_over(list(zip(whose, results, strict=True)), real)
            steps = sum(len(result.steps) for result in results if isinstance(result, Outcome))
        return steps

    def _passed_over(self, real: datetime) -> Collection[UUID]:
        return [one for one, until in self.aside.items() if until > real]

    def _pass_over(self, results: Sequence[tuple[UUID, Result]], real: datetime) -> bool:
        """Remember those that failed, and log them; whether there was any."""
        failed = {one: result.code for one, result in results if isinstance(result, Refusal)}
        for one, code in failed.items():
            log.error("redemption.timer_failed", timer=self.name, redemption_id=show("red", one), code=code)
            self.aside[one] = real + ASIDE
        return bool(failed)


def _states(name: str) -> tuple[State, ...]:
    return tuple(state for state, timer in STATES.items() if timer == name)


TIMERS = (
    *(
        RedemptionTimer(f"redemption.{name}", partial(redemptions.due, states=_states(name)))
        for name in dict.fromkeys(STATES.values())
    ),
    RedemptionTimer(f"redemption.{CLAIM_LAPSE}", captures.due),
)
