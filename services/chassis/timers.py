"""Decides in which order what is due is carried out: by due instant, each as of its due instant."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database


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


@dataclass(frozen=True)
class Timetable:
    """All timers of a service."""

    timers: Sequence[Timer]

    async def earliest(self, database: Database) -> tuple[datetime, Timer] | None:
        """The next thing to fall due, over all timers; ties go to the timer listed first."""
        best: tuple[datetime, Timer] | None = None
        async with database.read() as connection:
            for timer in self.timers:
                due = await timer.next_due(connection)
                if due is not None and (best is None or due < best[0]):
                    best = due, timer
        return best

    async def run_due(self, database: Database) -> int:
        """Carry out everything that is due by the business clock; answers how much that was."""
        async with database.read() as connection:
            now = await clock.business_now(connection)
        return await self.play(database, now, _nothing_between)

    async def play(self, database: Database, to: datetime, before: Callable[[datetime], Awaitable[None]]) -> int:
        """Carry out all that falls due up to an instant, in due order; ``before`` is awaited with each due instant.

        Stops at a timer that says something is due and then finds nothing to do: another worker holds it.
        """
        count = 0
        while (next_one := await self.earliest(database)) is not None and next_one[0] <= to:
            due, timer = next_one
            await before(due)
            done = await timer.run(database, due)
            if done == 0:
                return count
            count += done
        return count


async def _nothing_between(_: datetime) -> None:
    return None
