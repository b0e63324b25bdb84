"""Issues vouchers in the order of the queue: a job in batches, each batch one transaction under the pool's lock.

The same job serves the first allocation and every back-fill. It keeps no plan: each batch takes whoever is next in
line now, so a second job, a resumed one or a twin finds exactly what is left.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, events, idempotency, jobs, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.scheme.domain.deadlines import voucher_dates
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.allocation import Allocated
from services.voucher.wallet.domain.states import ACTIVATE, ISSUE, ApplicationState
from services.voucher.wallet.operations import errands, expiry, serving
from services.voucher.wallet.operations import rounds as round_operations
from services.voucher.wallet.operations.issuing import Batch, Order
from services.voucher.wallet.store import applications, rounds

JOB = "issue_round"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be issued: the first allocation or a back-fill, as vouchers for use or as drafts."""

    backfill: bool = False
    activate: bool = True


async def request(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Put the issue, or a back-fill, of a round on the table of jobs.

    NotFound ``round.unknown``; refusals of `Round.allocating`, ``round.not_funded``, and for a back-fill
    ``round.not_issued`` while the first allocation is not done.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.share(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        now = await clock.business_now(connection)
        dates = voucher_dates(scheme, issued=local_date(now, scheme.zone), backfilled=asked.backfill)
        of.allocating(now, use_by_ends=dates.use_by_ends)
        of.require_funded()
        approved = await applications.count(connection, round_id, ApplicationState.APPROVED)
        if asked.backfill and approved:
            raise Refusal("round.not_issued")
        total = None if asked.backfill else approved
        told = errands.payload(keyed, permit=permit, round_id=round_id, applications=total, **asdict(asked))
        job = await jobs.enqueue(connection, JOB, told, actor=keyed.attempt.caller)
        kind = "round.backfill_requested" if asked.backfill else "round.issue_requested"
        about = {"job_id": show("job", job.id), "use_by": dates.use_by.isoformat()}
        await events.append(connection, [Event(kind, "round", show("rnd", round_id), (), about, now)])
        return await idempotency.record(connection, keyed, job, job.id)


async def carry_out(run: jobs.Run) -> dict[str, Any]:
    """The job: what is due back to the round first, then batch after batch until nobody in line can be served."""
    order = Order.of(run.job, backfill=run.job.payload["backfill"], activate=run.job.payload["activate"])
    if order.backfill:
        await expiry.sweep_round(run.database, order.round_id)
    while await issue_batch(run.database, order, run):
        pass
    async with run.database.read() as connection:
        waiting = await applications.count(connection, order.round_id, ApplicationState.WAITLISTED)
    return {**run.job.checkpoint, "waiting": waiting}


async def issue_batch(database: Database, order: Order, run: jobs.Run | None = None) -> bool:
    """Serve the next of the line in one transaction; whether there may be more to do.

    Refusals of `Round.allocating`: the end came meanwhile, and what was issued stays.
    """
    async with database.begin() as connection:
        of = await rounds.share(connection, order.round_id)
        batch, outcome = await serving.serve(connection, order, of)
        if run is not None:
            await _progress(connection, run, batch, outcome)
        more = len(batch.line) == serving.BATCH and not (order.backfill and (outcome.stopped or not outcome.faces))
        if not more and not order.backfill:
            await _done(connection, batch)
    return more


async def _done(connection: AsyncConnection, batch: Batch) -> None:
    """The first allocation is done; where it made drafts, the operator's next task is to activate them."""
    of = batch.round
    await tasks.close_tasks(connection, [of.id], at=batch.now, kind=ISSUE)
    if not batch.order.activate:
        due_at = batch.dates.use_by_ends
        await tasks.open_tasks(connection, [round_operations.task(of, ACTIVATE, at=batch.now, due_at=due_at)])


async def _progress(connection: AsyncConnection, run: jobs.Run, batch: Batch, outcome: Allocated) -> None:
    """Count what the job has done, in the transaction that did it."""
    so_far = run.job.checkpoint
    decided = len(outcome.faces) + len(outcome.capped) + (0 if batch.order.backfill else len(outcome.waiting))
    issued = so_far.get("issued", 0) + len(outcome.faces)
    fen = so_far.get("issued_fen", 0) + sum(face for _, face in outcome.faces)
    report = {
        "issued": issued,
        "issued_fen": fen,
        "amount": format_amount(fen, batch.round.currency),
        "rejected": so_far.get("rejected", 0) + len(outcome.capped),
        "decided": so_far.get("decided", 0) + decided,
        "pool": format_amount(outcome.left, batch.round.currency),
    }
    total = run.job.payload["applications"]
    await run.progress(connection, done=report["decided"], total=total, checkpoint=report)
