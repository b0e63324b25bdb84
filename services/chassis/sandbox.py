"""Decides how a sandbox's clock is moved: forward, stopping at everything that falls due on the way."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, jobs
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.chassis.timers import Timetable

CLOCK_JOB = "sandbox.clock"


async def request_move(database: Database, to: datetime, *, actor: str) -> jobs.Job:
    """Queue the move of the clock to an instant (UTC).

    Refusal ``sandbox.live``: this is a live database; ``sandbox.backwards``: the instant has passed.
    """
    async with database.begin() as connection:
        if not await clock.is_sandbox(connection):
            raise Refusal("sandbox.live")
        now = await clock.business_now(connection)
        if to <= now:
            raise Refusal("sandbox.backwards", pointer="/to", numbers={"now": now.isoformat()})
        return await jobs.enqueue(connection, CLOCK_JOB, {"to": to.isoformat()}, actor=actor)


def clock_handler(timetable: Timetable) -> jobs.Handler:
    """The job that moves the clock: to each due instant in turn, then to the one asked for.

    It is for the elected worker, who plays the timetable here as he does elsewhere: nobody else does at the same time.
    Its report counts what was carried out in ``timers`` and names in ``stuck`` what was left out at a stop though due.
    """

    async def move(run: jobs.Run) -> dict[str, Any]:
        to = datetime.fromisoformat(run.job.payload["to"])
        stops = 0

        async def stop_at(due: datetime) -> None:
            nonlocal stops
            stops += 1
            async with run.database.begin() as connection:
                await _forward(connection, due)
                await run.progress(connection, done=stops)

        played = await timetable.play(run.database, to, stop_at)
        async with run.database.begin() as connection:
            await _forward(connection, to)
        rest = await timetable.play(run.database, to)
        return {
            "to": to.isoformat(),
            "timers": played.count + rest.count,
            "stuck": sorted({*played.stuck, *rest.stuck}),
        }

    return jobs.OfElected(move)


async def _forward(connection: AsyncConnection, to: datetime) -> None:
    """Real time runs on while the job works, so an instant may have come by itself."""
    if await clock.business_now(connection) < to:
        await clock.advance(connection, to)
