"""Tries a scheme file on more applicants than one waits for: a job, batch by batch, resumed where it was cut off."""

import asyncio
from typing import Any

from services.chassis import idempotency, jobs
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.voucher.wallet.domain.judged import Judged, digest
from services.voucher.wallet.domain.outlook import outlook
from services.voucher.wallet.operations.simulating import Asked, OneAtATime, Tried, applicants_of, gather

JOB = "simulate_scheme"
BATCH = 2_000


async def request(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked, said: dict[str, Any]) -> Answer:
    """Put a simulation on the table of jobs, as of today if no day is given; said: the request as it came.

    Refusals as of `simulating.simulate`, but for the number of applicants.
    """
    async with database.read() as connection:
        trial, found = await gather(connection, asked, permit=permit)
    async with database.keep("simulation", OneAtATime).lock:
        await asyncio.to_thread(applicants_of, trial, found)  # before a lock is held, so that faults are told at once
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        told = {"asked": {**said, "as_of": trial.day.isoformat()}, "bureau": permit.caller.bureau}
        job = await jobs.enqueue(connection, JOB, told, actor=keyed.attempt.caller)
        return await idempotency.record(connection, keyed, job, job.id)


async def carry_out(run: jobs.Run, asked: Asked) -> Tried:
    """The job: judge batch after batch, and tell what the scheme would do once everybody was looked at."""
    async with run.database.read() as connection:
        trial, found = await gather(connection, asked, permit=None)
    applicants, ignored = await asyncio.to_thread(applicants_of, trial, found)
    total = len(applicants)
    line = await asyncio.to_thread(digest, applicants)
    judged = Judged.read(run.job.checkpoint, line=line)
    one_at_a_time = run.database.keep("simulation", OneAtATime)
    while (done := len(judged.of)) < total:
        async with one_at_a_time.lock:
            judged = await asyncio.to_thread(judged.more, trial, applicants[done : done + BATCH])
        async with run.database.begin() as connection:
            await run.progress(connection, done=len(judged.of), total=total, checkpoint=judged.kept(line=line))
    async with one_at_a_time.lock:
        told = await asyncio.to_thread(outlook, trial, applicants, judged.against(applicants))
    return Tried(trial.scheme, told, ignored)
