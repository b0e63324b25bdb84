"""Ends a round's allocation as of the end of `allocate_until`: who still waits is told so, drafts are withdrawn."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import PRORATA, SETTLE, RoundState
from services.voucher.wallet.operations.rounds import task
from services.voucher.wallet.store import applications, rounds, vouchers

BATCH = 256
ACTOR = "timer:wallet.finish"


class FinishTimer:
    """The end of `allocate_until`, round by round."""

    name = "wallet.finish"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next allocation ends."""
        return await rounds.next_to_finish(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """One batch of a round whose allocation has ended; the round is finished with the last one."""
        async with database.begin() as connection:
            of = await rounds.lock_one_to_finish(connection, upto)
            if of is None:
                return 0
            left = await applications.lock_unfinished(connection, of.id, BATCH)
            finished = [one.finished(at=of.allocate_until_ends) for one in left]
            await applications.save(connection, finished)
            await tasks.close_tasks(connection, [one.id for one in finished], at=of.allocate_until_ends)
            await _tell(connection, of, finished)
            if len(left) < BATCH:
                await rounds.save(connection, replace(of, state=RoundState.FINISHED, resumes_to=None))
                await tasks.close_tasks(connection, [of.id], at=of.allocate_until_ends)
                await tasks.open_tasks(connection, await _next(connection, of))
        return max(1, len(left))


async def _next(connection: AsyncConnection, of: Round) -> list[tasks.Task]:
    """What a finished round still waits for: to be cut to its budget, where it issued beyond it, and to be settled once
    nothing of it can be claimed any more.
    """
    at = of.allocate_until_ends
    settle = task(of, SETTLE, at=at, due_at=await vouchers.last_claim(connection, of.id) or at)
    if of.up_to and of.prorata_from is not None:
        return [task(of, PRORATA, at=at, due_at=of.prorata_from), settle]
    return [settle]


async def _tell(connection: AsyncConnection, of: Round, finished: list[Application]) -> None:
    at, version = of.allocate_until_ends, of.scheme_version_id
    clause = (await versions.rules(connection, [version]))[version].allocation.allocate_until.source
    until = of.allocate_until.isoformat()
    await decisions.record(
        connection,
        [
            Decision(
                subject_kind="application",
                subject_id=one.id,
                kind="finish",
                outcome=one.state.value,
                actor=ACTOR,
                at=at,
                rule="allocation.allocate_until",
                clause=clause,
                numbers={"allocate_until": until, "rank": one.rank},
                scheme_version=version,
            )
            for one in finished
        ],
    )
    told = {"round_id": show("rnd", of.id), "allocate_until": until}
    await events.append(
        connection,
        [
            Event(f"application.{one.state.value}", "application", show("app", one.id), (one.holder_id,), told, at)
            for one in finished
        ],
    )
