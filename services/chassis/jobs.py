"""Remembers work that outlives a request, and carries it out: leased, resumable, with progress and a report.

An own ``SKIP LOCKED`` table instead of a queue library: see docs/decisions/0003-jobs-in-a-table.md.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database, Deposed
from services.chassis.election import Fenced, Office
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tables import Jobs
from services.chassis.timers import Timetable

JOBS = Jobs.__table__
LEASE = timedelta(seconds=60)
BEAT_SECONDS = LEASE.total_seconds() / 3
TRIES = 5
OFFICE = "timetable"
"""Held by the one worker of all processes that carries out what falls due."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """A piece of work. done and total count its items; checkpoint is where a resumed run goes on."""

    id: UUID
    kind: str
    state: str
    payload: dict[str, Any]
    checkpoint: dict[str, Any]
    done: int
    total: int | None
    report: dict[str, Any] | None
    actor: str
    tries: int
    created_at: datetime
    finished_at: datetime | None


class LeaseLost(Exception):
    """Another worker has taken a job over, or it was ended: this one must write no more."""


async def _hold(connection: AsyncConnection, job: Job, values: dict[str, Any]) -> None:
    """Write to a job in this very try of it; LeaseLost when it runs no more or another try has begun."""
    mine = (JOBS.c.id == job.id, JOBS.c.tries == job.tries, JOBS.c.state == "running")
    if (await connection.execute(update(JOBS).where(*mine).values(values))).rowcount == 0:
        raise LeaseLost(job.id)


@dataclass
class Run:
    """A job under way, as its handler sees it; ``job.tries`` says which try it is, and fences off those before it."""

    database: Database
    job: Job

    async def progress(
        self,
        connection: AsyncConnection,
        *,
        done: int,
        total: int | None = None,
        checkpoint: dict[str, Any] | None = None,
    ) -> None:
        """Write progress in the transaction that did the work, so that a resumed run repeats nothing.

        LeaseLost, which rolls that work back, when another worker has taken the job over since.
        """
        values: dict[str, Any] = {"done": done, "lease_until": func.clock_timestamp() + LEASE}
        if total is not None:
            values["total"] = total
        if checkpoint is not None:
            values["checkpoint"] = checkpoint
            self.job = replace(self.job, checkpoint=checkpoint)
        await _hold(connection, self.job, values)


Handler = Callable[[Run], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class OfElected:
    """A handler for the elected worker alone, such as one that carries out what falls due: its run is fenced."""

    handle: Handler

    def __call__(self, run: Run) -> Awaitable[dict[str, Any]]:
        """Carry out the job."""
        return self.handle(run)


async def enqueue(connection: AsyncConnection, kind: str, payload: dict[str, Any], *, actor: str) -> Job:
    """Put work on the table in the caller's transaction: it exists exactly if that commits."""
    statement = (
        insert(JOBS)
        .values(
            id=new_id(),
            kind=kind,
            state="queued",
            payload=payload,
            checkpoint={},
            done=0,
            actor=actor,
            tries=0,
            created_at=func.clock_timestamp(),
        )
        .returning(JOBS)
    )
    return _job((await connection.execute(statement)).one())


async def read(connection: AsyncConnection, job_id: UUID) -> Job:
    """One job; NotFound ``job.unknown``."""
    row = (await connection.execute(select(JOBS).where(JOBS.c.id == job_id))).one_or_none()
    if row is None:
        raise NotFound("job.unknown")
    return _job(row)


async def requeue(connection: AsyncConnection, job_id: UUID) -> Job:
    """Resume a failed job from its checkpoint; Refusal ``job.not_failed`` in any other state.

    It gets all its tries again; their number grows on, so that no try ever has the number of an earlier one.
    """
    tries = (JOBS.c.tries + (TRIES - 1)) // TRIES * TRIES
    statement = (
        update(JOBS)
        .where(JOBS.c.id == job_id, JOBS.c.state == "failed")
        .values(state="queued", tries=tries, lease_until=None, finished_at=None)
        .returning(JOBS)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise Refusal("job.not_failed")
    return _job(row)


def _job(row: Any) -> Job:
    return Job(**{name: getattr(row, name) for name in Job.__dataclass_fields__})


class Worker:
    """Carries out jobs of one database and, beside them, while it is elected, its timers, each one at a time.

    A job may take its time: what falls due does not wait for it, but for one that plays the timetable itself.
    A worker that is stopped gives its job and its office back. One that dies leaves its leases behind; after 60 seconds
    (real time) another resumes the job from its checkpoint, after 15 seconds one is elected for the timers. A job that
    has taken its worker down with it in every one of its tries fails.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        timetable: Timetable,
        *,
        idle_seconds: float = 0.2,
        watch_seconds: float = 1.0,
    ) -> None:
        """idle_seconds, watch_seconds: before it looks again when it found no job, and when nothing was due."""
        self.database = database
        self.handlers = handlers
        self.timetable = timetable
        self.office = Office(database, OFFICE)
        self.idle_seconds = idle_seconds
        self.watch_seconds = watch_seconds
        self._playing = asyncio.Lock()

    async def run_forever(self) -> None:
        """Work until cancelled; an error is logged with its job and never ends the worker."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._forever(self._work, self.idle_seconds))
                both.create_task(self._forever(self._play, self.watch_seconds))
        finally:
            await self.office.resign()

    async def _forever(self, once: Callable[[], Awaitable[bool]], idle_seconds: float) -> None:
        while True:
            if not await self._tried(once):
                await asyncio.sleep(idle_seconds)

    async def _tried(self, once: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await once()
        except Exception:
            log.exception("worker.failed", schema=self.database.schema)
            return False

    async def run_once(self) -> bool:
        """One job, then what is due, if this worker is elected; whether there was anything to do."""
        await self.office.held()
        worked = await self._work()
        return await self._play() or worked

    async def _work(self) -> bool:
        """Carry out the next job; whether there was one. Whether this worker is elected is for `_play` to ask."""
        elected = self.office.fenced
        job = await self._lease(self._kinds(elected))
        if job is not None:
            await self._carry_out(job, self._database(job, elected))
        return job is not None

    async def _play(self) -> bool:
        """Carry out what is due, if this worker is elected; whether anything was."""
        async with self._playing:
            elected = await self.office.held()
            if elected is None:
                return False
            try:
                return await self.timetable.run_due(elected) > 0
            except Deposed:
                self.office.lost()
                return False

    def _kinds(self, elected: Fenced | None) -> list[str]:
        handlers = self.handlers.items()
        return [kind for kind, handle in handlers if elected is not None or not isinstance(handle, OfElected)]

    def _database(self, job: Job, elected: Fenced | None) -> Database:
        """As a job's handler writes to it."""
        fenced = elected if isinstance(self.handlers[job.kind], OfElected) else None
        return fenced or self.database

    async def _lease(self, kinds: Sequence[str]) -> Job | None:
        """The oldest job that nobody holds. One whose last try took its worker down with it fails instead."""
        expired = and_(JOBS.c.state == "running", JOBS.c.lease_until < func.clock_timestamp())
        given_up = (
            update(JOBS)
            .where(expired, JOBS.c.tries % TRIES == 0, JOBS.c.kind.in_(kinds))
            .values(state="failed", report={"error": LeaseLost.__name__}, lease_until=None)
            .values(finished_at=func.clock_timestamp())
            .returning(JOBS.c.id)
        )
        candidate = (
            select(JOBS.c.id)
            .where(or_(JOBS.c.state == "queued", expired), JOBS.c.kind.in_(kinds))
            .order_by(JOBS.c.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(JOBS)
            .where(JOBS.c.id == candidate)
            .values(state="running", tries=JOBS.c.tries + 1, lease_until=func.clock_timestamp() + LEASE)
            .returning(JOBS)
        )
        async with self.database.begin() as connection:
            for lost in await connection.execute(given_up):
                log.error("job.given_up", job=str(lost.id))
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _job(row)

    async def _carry_out(self, job: Job, database: Database) -> None:
        """Run its handler and write how it ended, unless another worker has taken the job over by then."""
        beat = asyncio.create_task(self._keep_lease(job))
        try:
            await self._try(job, database)
        except LeaseLost:
            log.warning("job.lost", job=str(job.id), kind=job.kind)
        except asyncio.CancelledError:
            await self._give_back(job)
            raise
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def _try(self, job: Job, database: Database) -> None:
        try:
            report = await self._handle(Run(database, job))
        except LeaseLost:
            raise
        except Refusal as refusal:
            await self._end(job, "failed", {"refused": [reason.code for reason in refusal.reasons]})
        except Exception as error:
            log.exception("job.failed", job=str(job.id), kind=job.kind)
            await self._retry_or_fail(job, type(error).__name__)
        else:
            await self._end(job, "done", report)

    async def _handle(self, run: Run) -> dict[str, Any]:
        handle = self.handlers[run.job.kind]
        if not isinstance(handle, OfElected):
            return await handle(run)
        async with self._playing:
            return await handle(run)

    async def _keep_lease(self, job: Job) -> None:
        """Renew the lease while the handler works; what fails is logged and tried again, before the lease is over."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                async with self.database.begin() as connection:
                    await _hold(connection, job, {"lease_until": func.clock_timestamp() + LEASE})
            except Exception:
                log.exception("job.lease_not_kept", job=str(job.id), kind=job.kind)

    async def _retry_or_fail(self, job: Job, error: str) -> None:
        """Give it back to the queue, or fail it after the last try; its checkpoint stays."""
        if job.tries % TRIES == 0:
            await self._end(job, "failed", {"error": error})
        else:
            await self._requeue(job)

    async def _give_back(self, job: Job) -> None:
        """A worker that is stopped leaves no lease behind; when that fails too, the lease ends by itself."""
        try:
            await self._requeue(job)
        except Exception:
            log.exception("job.lease_left", job=str(job.id), kind=job.kind)

    async def _requeue(self, job: Job) -> None:
        async with self.database.begin() as connection:
            await _hold(connection, job, {"state": "queued", "lease_until": None})

    async def _end(self, job: Job, state: str, report: dict[str, Any]) -> None:
        ended = {"state": state, "report": report, "lease_until": None, "finished_at": func.clock_timestamp()}
        async with self.database.begin() as connection:
            await _hold(connection, job, ended)
