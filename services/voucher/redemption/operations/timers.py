"""Lets time act on redemptions: proposals and holds lapse, silence accepts, each as of its due instant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.voucher.redemption.domain.orders import TIMER, CatchUp
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.states import TIMERS as STATES
from services.voucher.redemption.operations.redeem import Request, redeem_all
from services.voucher.redemption.store import redemptions

BATCH = 50


@dataclass(frozen=True, slots=True)
class RedemptionTimer:
    """The timer of some states. What is due is found without locks and then locked in the house's order, so a sweep
    waits for a request instead of passing it by.
    """

    name: str
    states: Collection[State]

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The earliest instant at which one falls due."""
        return await redemptions.next_due(connection, self.states)

    async def run(self, database: Database, upto: datetime) -> int:
        """Carry out one batch of what is due at or before an instant, in due order; answers how many steps it made."""
        async with database.read() as connection:
            due = await redemptions.due(connection, self.states, upto=upto, limit=BATCH)
        requests = [Request(CatchUp(redemption_id=one, by=TIMER)) for _, one in due]
        results = await redeem_all(database, requests)
        return sum(len(result.steps) for result in results if isinstance(result, Outcome))


def _states(name: str) -> tuple[State, ...]:
    return tuple(state for state, timer in STATES.items() if timer == name)


TIMERS = tuple(RedemptionTimer(f"redemption.{name}", _states(name)) for name in dict.fromkeys(STATES.values()))
