"""Remembers work that outlives a request, and carries it out: leased, resumable, with progress and a report.

An own ``SKIP LOCKED`` table instead of a queue library: see docs/decisions/0003-jobs-in-a-table.md.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tables import Jobs
from services.chassis.timers import Timetable

JOBS = Jobs.__table__
LEASE = timedelta(seconds=60)
TRIES = 5
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
    organization: UUID | None
    created_at: datetime
    finished_at: datetime | None


@dataclass
class Run:
    """A job under way, as its handler sees it."""

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
        """Write progress in the transaction that did the work, so that a resumed run repeats nothing."""
        values: dict[str, Any] = {"done": done, "lease_until": func.clock_timestamp() + LEASE}
        if total is not None:
            values["total"] = total
        if checkpoint is not None:
            values["checkpoint"] = checkpoint
            self.job = replace(self.job, checkpoint=checkpoint)
        await connection.execute(update(JOBS).where(JOBS.c.id == self.job.id).values(values))


Handler = Callable[[Run], Awaitable[dict[str, Any]]]


async def enqueue(
    connection: AsyncConnection, kind: str, payload: dict[str, Any], *, actor: str, organization: UUID | None = None
) -> Job:
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
            organization=organization,
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
    """Resume a failed job from its checkpoint; Refusal ``job.not_failed`` in any other state."""
    statement = (
        update(JOBS)
        .where(JOBS.c.id == job_id, JOBS.c.state == "failed")
        .values(state="queued", tries=0, lease_until=None, finished_at=None)
        .returning(JOBS)
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise Refusal("job.not_failed")
    return _job(row)


def _job(row: Any) -> Job:
    return Job(**{name: getattr(row, name) for name in Job.__dataclass_fields__})


class Worker:
    """Carries out jobs and timers of one database, one at a time, until stopped.

    A worker that dies leaves its lease behind; after 60 seconds (real time) another resumes from the checkpoint.
    """

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], timetable: Timetable, *, idle_seconds: float = 0.2
    ) -> None:
        self.database = database
        self.handlers = handlers
        self.timetable = timetable
        self.idle_seconds = idle_seconds

    async def run_forever(self) -> None:
        """Work until cancelled; an error is logged with its job and never ends the worker."""
        while True:
            try:
                worked = await self.run_once()
            except Exception:
                log.exception("worker.failed", schema=self.database.schema)
                worked = False
            if not worked:
                await asyncio.sleep(self.idle_seconds)

    async def run_once(self) -> bool:
        """One job, then what is due; whether there was anything to do."""
        job = await self._lease()
        if job is not None:
            await self._carry_out(job)
        return await self.timetable.run_due(self.database) > 0 or job is not None

    async def _lease(self) -> Job | None:
        free = or_(JOBS.c.state == "queued", JOBS.c.lease_until < func.clock_timestamp())
        candidate = (
            select(JOBS.c.id)
            .where(JOBS.c.state.in_(("queued", "running")), free, JOBS.c.kind.in_(self.handlers))
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
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _job(row)

    async def _carry_out(self, job: Job) -> None:
        beat = asyncio.create_task(self._keep_lease(job))
        try:
            report = await self.handlers[job.kind](Run(self.database, job))
        except Refusal as refusal:
            await self._end(job, "failed", {"refused": [reason.code for reason in refusal.reasons]})
        except Exception as error:
            log.exception("job.failed", job=str(job.id), kind=job.kind)
            await self._retry_or_fail(job, type(error).__name__)
        else:
            await self._end(job, "done", report)
        finally:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat

    async def _keep_lease(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            async with self.database.begin() as connection:
                await connection.execute(
                    update(JOBS).where(JOBS.c.id == job.id).values(lease_until=func.clock_timestamp() + LEASE)
                )

    async def _retry_or_fail(self, job: Job, error: str) -> None:
        """Give it back to the queue, or fail it after the last try; its checkpoint stays."""
        async with self.database.begin() as connection:
            tries = (await connection.execute(select(JOBS.c.tries).where(JOBS.c.id == job.id))).scalar_one()
            if tries < TRIES:
                await connection.execute(
                    update(JOBS).where(JOBS.c.id == job.id).values(state="queued", lease_until=None)
                )
        if tries >= TRIES:
            await self._end(job, "failed", {"error": error})

    async def _end(self, job: Job, state: str, report: dict[str, Any]) -> None:
        async with self.database.begin() as connection:
            await connection.execute(
                update(JOBS)
                .where(JOBS.c.id == job.id)
                .values(state=state, report=report, lease_until=None, finished_at=func.clock_timestamp())
            )
