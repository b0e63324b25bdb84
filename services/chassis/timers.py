"""Decides in which order what is due is carried out, each as of its due instant, and remembers how far timers came."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database, cut, lost
from services.chassis.tables import TimerRuns
from services.standards.calendar import CalendarNotLoaded

RUNS = TimerRuns.__table__
log = structlog.get_logger(__name__)


@asynccontextmanager
async def in_index_order(connection: AsyncConnection) -> AsyncGenerator[None]:
    """Let the statement of this block read what is due first from an index in that order, however much is due.

    Of rows just written, such as the 100,000 vouchers of an issue, the planner knows nothing until they are analysed:
    it takes them for few, and would read and sort all that are due for each batch of 256.
    """
    await connection.execute(text("SET LOCAL enable_sort TO off"))
    yield
    await connection.execute(text("SET LOCAL enable_sort TO DEFAULT"))


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

        Answers how many were carried out; 0 when nothing is left. Rows that somebody holds may be skipped.
        """
        ...


@runtime_checkable
class PassesOver(Protocol):
    """A timer that leaves out for a while what failed, so that the rest goes on."""

    async def passed_over(self, connection: AsyncConnection) -> Collection[UUID]:
        """What it leaves out now."""
        ...


Before = Callable[[datetime], Awaitable[None]]
"""Awaited with each due instant before what falls due then is carried out."""


async def _nothing_between(_: datetime) -> None:
    return None


@dataclass(frozen=True)
class Played:
    """How much a round carried out, and the names of the timers that were left out of it though they had something due.

    Such a timer failed, or found nothing to do: somebody holds its rows, or a row of its own is in the way.
    """

    count: int
    stuck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a timer has come. last_run_at and stuck_since: real time; last_due: the instant it has come to (UTC).

    A worker that is killed between a batch and this note leaves the batch out of the count, not out of the books.
    """

    name: str
    carried_out: int = 0
    last_run_at: datetime | None = None
    last_due: datetime | None = None
    stuck_since: datetime | None = None
    stuck_why: str | None = None


@dataclass(frozen=True)
class Timetable:
    """All timers of a service."""

    timers: Sequence[Timer]

    async def earliest(self, database: Database, stuck: list[Timer]) -> tuple[datetime, Timer] | None:
        """The next thing to fall due, over all timers that are not stuck; ties go to the timer listed first.

        A timer that cannot tell is logged, noted, and added to those that are stuck.
        """
        while True:
            try:
                async with database.read() as connection:
                    return await self._earliest(connection, stuck)
            except _CannotTell as error:
                await _tell_stuck(database, error.timer, _why(error.cause), error.cause)
                stuck.append(error.timer)

    async def _earliest(self, connection: AsyncConnection, stuck: Sequence[Timer]) -> tuple[datetime, Timer] | None:
        best: tuple[datetime, Timer] | None = None
        for timer in (timer for timer in self.timers if timer not in stuck):
            due = await _next_due(timer, connection)
            if due is not None and (best is None or due < best[0]):
                best = due, timer
        return best

    async def standing(self, connection: AsyncConnection, now: datetime) -> list[tuple[Progress, datetime | None]]:
        """How far each timer has come, and when something of its kind falls due next.

        One is stuck as long as it is late by business time, cannot tell when it is next due, or passes something over.
        """
        come = await progress_of(connection, [timer.name for timer in self.timers])
        return [await _standing(timer, come[timer.name], connection, now) for timer in self.timers]

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


class _CannotTell(Exception):
    """A timer failed when it was asked when it is next due, and on what."""

    def __init__(self, timer: Timer, cause: Exception) -> None:
        super().__init__(timer.name)
        self.timer, self.cause = timer, cause


async def _next_due(timer: Timer, connection: AsyncConnection) -> datetime | None:
    try:
        return await timer.next_due(connection)
    except Exception as error:
        if _away(error):
            raise
        raise _CannotTell(timer, error) from error


async def _standing(
    timer: Timer, come: Progress, connection: AsyncConnection, now: datetime
) -> tuple[Progress, datetime | None]:
    try:
        async with connection.begin_nested():
            due = await _next_due(timer, connection)
    except _CannotTell as error:
        since = come.stuck_since or await clock.wall_clock(connection)
        return replace(come, stuck_since=since, stuck_why=_why(error.cause)), None
    late = due is not None and due <= now
    if isinstance(timer, PassesOver) and (passed := await timer.passed_over(connection)):
        since = come.stuck_since or await clock.wall_clock(connection)
        return replace(come, stuck_since=since, stuck_why=f"{len(passed)} passed over"), due
    return come if late else replace(come, stuck_since=None, stuck_why=None), due


async def _run(timer: Timer, database: Database, due: datetime) -> int:
    """How many were carried out; 0 when the timer is stuck, which is kept with its name and logged when it is new."""
    why, cause = "nothing done", None
    try:
        done = await timer.run(database, due)
    except Exception as error:
        if _away(error):
            raise
        done, why, cause = 0, _why(error), error
    if done == 0:
        await _tell_stuck(database, timer, why, cause)
        return 0
    async with database.begin() as connection:
        await _note_done(connection, timer.name, count=done, due=due)
    return done


def _why(error: Exception) -> str:
    """Why a timer does not come on, in few words: a calendar that people must load says which one."""
    return str(error) if isinstance(error, CalendarNotLoaded) else type(error).__name__


async def _tell_stuck(database: Database, timer: Timer, why: str, cause: Exception | None) -> None:
    """Note and log that a timer does not come on: once for each reason, however often it is tried again.

    A trace says where code failed; a timer that waits for a calendar has not failed.
    """
    async with database.begin() as connection:
        is_new = await _note_stuck(connection, timer.name, why=why)
    if not is_new:
        return
    if cause is None or isinstance(cause, CalendarNotLoaded):
        log.warning("timer.stuck", timer=timer.name, why=why)
    else:
        log.error("timer.failed", timer=timer.name, exc_info=cause)


def _away(error: Exception) -> bool:
    """Whether no timer gets on: the database is lost, or another process plays. A file that a timer misses is its own
    matter, and so is a statement that took too long.
    """
    return lost(error) and (cut(error) or not isinstance(error, OSError))


async def _note_done(connection: AsyncConnection, name: str, *, count: int, due: datetime) -> None:
    """Note that a timer carried out so many, due by an instant: it is not stuck."""
    now = func.clock_timestamp()
    moved = {"last_run_at": now, "last_due": due, "stuck_since": None, "stuck_why": None}
    statement = insert(RUNS).values(name=name, carried_out=count, **moved)
    statement = statement.on_conflict_do_update(
        index_elements=[RUNS.c.name], set_={"carried_out": RUNS.c.carried_out + count, **moved}
    )
    await connection.execute(statement)


async def _note_stuck(connection: AsyncConnection, name: str, *, why: str) -> bool:
    """Note that a timer does not come on, and since when; False while that stays so, and nothing is written."""
    stands = {"stuck_since": func.coalesce(RUNS.c.stuck_since, func.clock_timestamp()), "stuck_why": why}
    statement = insert(RUNS).values(name=name, carried_out=0, stuck_since=func.clock_timestamp(), stuck_why=why)
    statement = statement.on_conflict_do_update(
        index_elements=[RUNS.c.name],
        set_=stands,
        where=or_(RUNS.c.stuck_since.is_(None), RUNS.c.stuck_why != why),
    )
    return (await connection.execute(statement.returning(RUNS.c.name))).first() is not None


async def progress_of(connection: AsyncConnection, names: Collection[str]) -> dict[str, Progress]:
    """How far each of these timers has come; one that never ran has come nowhere."""
    rows = (await connection.execute(select(RUNS).where(RUNS.c.name.in_(names)))).mappings()
    return {name: Progress(name) for name in names} | {row["name"]: Progress(**row) for row in rows}
