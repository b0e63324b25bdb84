"""Makes all drafts of a round usable: a job in batches, each draft once, each batch one transaction.

A batch goes on behind the last draft that the job has looked at. A draft that has ended by then is left as it is.
"""

from dataclasses import dataclass
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
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, Said
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ACTIVATE, ApplicationState, RoundState
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.operations import errands
from services.voucher.wallet.operations.errands import Errand
from services.voucher.wallet.store import applications, changes, rounds, vouchers

JOB = "activate_round"
BATCH = 256
FIRST = UUID(int=0)
"""Before every id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Why the drafts become usable, and by which paper if any."""

    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class Activation(Errand):
    """What the job is to do: the drafts of a round, and why."""

    reason: str
    document: str | None


async def request(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Put the activation of a round's drafts on the table of jobs.

    NotFound ``round.unknown``; refusal ``round.not_issued`` while the first allocation is not done.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.share(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        now = await clock.business_now(connection)
        await _require_issued(connection, of)
        why = {"reason": asked.reason, "document": asked.document}
        drafts = await vouchers.count_drafts(connection, round_id)
        told = errands.payload(keyed, permit=permit, round_id=round_id, vouchers=drafts, **why)
        job = await jobs.enqueue(connection, JOB, told, actor=keyed.attempt.caller)
        about = {"job_id": show("job", job.id), "vouchers": drafts, **why}
        await events.append(
            connection, [Event("round.activation_requested", "round", show("rnd", round_id), (), about, now)]
        )
        return await idempotency.record(connection, keyed, job, job.id)


async def _require_issued(connection: AsyncConnection, of: Round) -> None:
    """Refuse while drafts may still come."""
    if of.state not in {RoundState.RUNNING, RoundState.FINISHED, RoundState.SETTLED} or await applications.anyone(
        connection, of.id, ApplicationState.APPROVED
    ):
        raise Refusal("round.not_issued")


async def carry_out(run: jobs.Run) -> dict[str, Any]:
    """The job: batch after batch until no draft is left; its report counts those activated, and those that ended."""
    payload = run.job.payload
    errand = Activation.of(run.job, reason=payload["reason"], document=payload["document"])
    while await activate_batch(run, errand):
        pass
    return {name: run.job.checkpoint[name] for name in ("activated", "ended")}


async def activate_batch(run: jobs.Run, errand: Activation) -> bool:
    """Activate the next drafts in one transaction; whether there may be more to do."""
    so_far = run.job.checkpoint
    async with run.database.begin() as connection:
        of = await rounds.share(connection, errand.round_id)
        after = UUID(so_far["after"]) if so_far else FIRST
        drafts = await vouchers.lock_drafts(connection, of.id, after=after, limit=BATCH)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        now = await clock.business_now(connection)
        said = Said(
            by=errand.actor, at=now, reason=errand.reason, document=errand.document, request_id=errand.request_id
        )
        usable = [draft for draft in drafts if draft.state_at(now) is VoucherState.DRAFT]
        grounds = [Ground(voucher=draft, round=of, scheme=scheme) for draft in usable]
        made = [lives.activate(ground, said) for ground in grounds]
        await changes.write(connection, made)
        await _progress(connection, run, drafts, made)
        if len(drafts) < BATCH:
            await tasks.close_tasks(connection, [of.id], at=now, kind=ACTIVATE)
    return len(drafts) == BATCH


async def _progress(connection: AsyncConnection, run: jobs.Run, drafts: list[Voucher], made: list[Life]) -> None:
    """Count what the job has done, and where it goes on, in the transaction that did it."""
    so_far = run.job.checkpoint
    report = {
        "activated": so_far.get("activated", 0) + len(made),
        "ended": so_far.get("ended", 0) + len(drafts) - len(made),
        "after": str(drafts[-1].id) if drafts else so_far.get("after", str(FIRST)),
    }
    done, total = report["activated"] + report["ended"], run.job.payload["vouchers"]
    await run.progress(connection, done=done, total=total, checkpoint=report)
