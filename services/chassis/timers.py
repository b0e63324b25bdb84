"""Decides in which order what is due is carried out: by due instant, each as of its due instant."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database

log = structlog.get_logger(__name__)


class Timer(Protocol):
    """Something that falls due by itself, such as a lapse or an expiry."""

    @property
    def name(self) -> str:
        """What falls due, for logs and progress."""
        ...

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The earliest instant at which something of this kind falls due (UTC); None when nothing waits."""
        ...

    async def run(self, database: Database, upto: datetime) -> int:
        """Carry out one batch of what is due at or before ``upto``, in due order, as of each due instant.

        Answers how many were carried out; 0 when nothing is left. Rows another worker holds are skipped.
        """
        ...


Before = Callable[[datetime], Awaitable[None]]
"""Awaited with each due instant before what falls due then is carried out."""


async def _nothing_between(_: datetime) -> None:
    return None


@dataclass(frozen=True)
class Played:
    """How much a round carried out, and the names of the timers that were left out of it though they had something due.

    Such a timer failed, or found nothing to do: another worker holds it, or a row of its own is in the way.
    """

    count: int
    stuck: tuple[str, ...]


@dataclass(frozen=True)
class Timetable:
    """All timers of a service."""

    timers: Sequence[Timer]

    async def earliest(self, database: Database, without: Sequence[Timer] = ()) -> tuple[datetime, Timer] | None:
        """The next thing to fall due, over all timers but some; ties go to the timer listed first."""
        best: tuple[datetime, Timer] | None = None
        async with database.read() as connection:
            for timer in (timer for timer in self.timers if timer not in without):
                due = await timer.next_due(connection)
                if due is not None and (best is None or due < best[0]):
                    best = due, timer
        return best

    async def run_due(self, database: Database) -> int:
        """Carry out everything that is due by the business clock; answers how much that was."""
        async with database.read() as connection:
            now = await clock.business_now(connection)
        return (await self.play(database, now)).count

    async def play(self, database: Database, to: datetime, before: Before = _nothing_between) -> Played:
        """Carry out all that falls due up to an instant, in due order.

        A timer that is stuck is logged and left out of the round: one bad row of one kind must not stop all others.
        """
        count = 0
        stuck: list[Timer] = []
        while (next_one := await self.earliest(database, stuck)) is not None and next_one[0] <= to:
            due, timer = next_one
            await before(due)
            done = await _run(timer, database, due)
            count += done
            if done == 0:
                stuck.append(timer)
        return Played(count, tuple(timer.name for timer in stuck))


async def _run(timer: Timer, database: Database, due: datetime) -> int:
    """How many were carried out; 0 when the timer is stuck, which is logged with its name."""
    try:
        done = await timer.run(database, due)
    except Exception:
        log.exception("timer.failed", timer=timer.name, due=due.isoformat())
        return 0
    if done == 0:
        log.warning("timer.stuck", timer=timer.name, due=due.isoformat())
    return done
