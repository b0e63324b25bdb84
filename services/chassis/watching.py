"""Looks, while this worker is elected, at what waits in the database, and remembers it for those who watch.

Elected, so that many workers do not ask the same; now and then, so that what is scraped often is asked seldom. A
reading that is no longer made is no longer told: an old number would look like a quiet one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from prometheus_client import REGISTRY
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.election import Office
from services.chassis.timers import Timetable

SECONDS, UNTIL_ELECTED = 15.0, 1.0
JOBS = text("""
    SELECT state, count(*), extract(epoch FROM clock_timestamp() - min(coalesce(finished_at, created_at)))
    FROM jobs
    WHERE state IN ('queued', 'running') OR (state = 'failed' AND finished_at > clock_timestamp() - interval '1 day')
    GROUP BY state
""")
TASKS = text("""
    SELECT role, count(*), count(*) FILTER (WHERE due_at < business_now())
    FROM tasks WHERE closed_at IS NULL GROUP BY role
""")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reading: its name for Prometheus, what it says, and the names of its labels, whose values are few."""

    name: str
    says: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen of a kind: a count, or an age in seconds."""

    kind: Kind
    value: float
    labels: tuple[str, ...] = ()


Look = Callable[[AsyncConnection], Awaitable[Iterable[Reading]]]
"""Asks a few cheap questions in one snapshot."""

TIMER_LATE = Kind("innovoucher_timer_late_seconds", "Business time since what is next has been due.", ("timer",))
TIMER_STUCK = Kind("innovoucher_timer_stuck_seconds", "Real time since a timer does not come on.", ("timer",))
JOB_COUNT = Kind("innovoucher_jobs", "Jobs that wait, run, or failed within a day.", ("state",))
JOB_AGE = Kind("innovoucher_jobs_oldest_seconds", "Real time since the oldest was asked for, or failed.", ("state",))
TASKS_OPEN = Kind("innovoucher_tasks_open", "Tasks that wait for somebody of a role.", ("role",))
TASKS_OVERDUE = Kind("innovoucher_tasks_overdue", "Those of them that should have been done by now.", ("role",))


class _Seen(Collector):
    """The last readings of each database that this process is the elected worker of."""

    def __init__(self) -> None:
        self.readings: dict[tuple[str, str], Sequence[Reading]] = {}

    def collect(self) -> Iterator[Metric]:
        """One family of gauges per kind."""
        families: dict[Kind, GaugeMetricFamily] = {}
        for place, readings in list(self.readings.items()):
            for reading in readings:
                kind = reading.kind
                if kind not in families:
                    labels = ["schema", "database", *kind.labels]
                    families[kind] = GaugeMetricFamily(kind.name, kind.says, labels=labels)
                families[kind].add_metric([*place, *reading.labels], reading.value)
        yield from families.values()


SEEN = _Seen()
REGISTRY.register(SEEN)


async def keep_watching(office: Office, looks: Sequence[Look], *, seconds: float = SECONDS) -> None:
    """Look until cancelled, every so many seconds; while another worker holds the office there is nothing to tell."""
    place = (office.database.schema, str(office.database.engine.url.database))
    try:
        while True:
            SEEN.readings[place] = seen = await look_around(office, looks)
            await asyncio.sleep(seconds if seen else min(seconds, UNTIL_ELECTED))
    finally:
        SEEN.readings.pop(place, None)


async def look_around(office: Office, looks: Sequence[Look]) -> list[Reading]:
    """What is to be seen now; a look that fails is logged and hides no other."""
    readings: list[Reading] = []
    for look in looks if office.fenced is not None else ():
        try:
            async with office.database.read() as connection:
                readings += await look(connection)
        except Exception:
            log.exception("watch.failed", schema=office.database.schema)
    return readings


def at_timers(timetable: Timetable) -> Look:
    """How late each timer is, and since when it stands still; 0 where all is well."""

    async def look(connection: AsyncConnection) -> list[Reading]:
        now, wall = await clock.business_now(connection), await clock.wall_clock(connection)
        readings = []
        for progress, due in await timetable.standing(connection, now):
            late = (now - due).total_seconds() if due is not None else 0.0
            stuck = (wall - progress.stuck_since).total_seconds() if progress.stuck_since is not None else 0.0
            readings += [Reading(TIMER_LATE, max(late, 0.0), (progress.name,))]
            readings += [Reading(TIMER_STUCK, max(stuck, 0.0), (progress.name,))]
        return readings

    return look


async def at_work(connection: AsyncConnection) -> list[Reading]:
    """Jobs by state, and tasks by the role that they wait for."""
    readings = []
    jobs = {state: (count, age) for state, count, age in await connection.execute(JOBS)}
    for state in ("queued", "running", "failed"):
        count, age = jobs.get(state, (0, 0))
        readings += [Reading(JOB_COUNT, count, (state,)), Reading(JOB_AGE, float(age), (state,))]
    for role, waiting, overdue in await connection.execute(TASKS):
        readings += [Reading(TASKS_OPEN, waiting, (role,)), Reading(TASKS_OVERDUE, overdue, (role,))]
    return readings
