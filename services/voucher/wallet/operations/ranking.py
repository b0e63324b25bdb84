"""Ranks a round's queue once its window is closed, and proves again that everybody in it may hold a voucher.

A job in batches, each one transaction under the round's lock. It keeps no plan: each batch goes on behind the last rank
there is, so a second job, a resumed one or a twin comes to the same ranks. The round runs when nobody is left unranked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, jobs, tasks
from services.chassis.attempts import reason_json
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import eligibility
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.eligibility import Days
from services.voucher.wallet.domain.frozen_facts import thawed
from services.voucher.wallet.domain.queue import Method, Queued, ranked
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ISSUE, RANK, ApplicationState, RoundState, rankable
from services.voucher.wallet.operations import allowances, errands
from services.voucher.wallet.operations import rounds as round_operations
from services.voucher.wallet.operations.errands import Errand
from services.voucher.wallet.store import application_reviews, applications, draws, lists, rounds

JOB = "rank_round"
BATCH = 1_000


async def request(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID) -> Answer:
    """Put the ranking of a round on the table of jobs.

    The lock of the round waits for submissions still under way, so none is left behind.
    NotFound ``round.unknown``; refusals ``round.still_open``, ``round.not_published``, ``round.finished``,
    ``round.first_come``, ``list.under_way``, ``directory.too_old``, and of a lottery ``draw.not_drawn``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        now = await clock.business_now(connection)
        of.require_rankable(at=now)
        if await lists.under_way(connection, round_id):
            raise Refusal("list.under_way", rule="list.one_at_a_time")
        refuse_all((await parties.age(connection)).reasons())
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        await draws.method_of(connection, of)
        await _require_reviewed(connection, of)
        waiting = await applications.count_in(connection, round_id, rankable(scheme))
        told = errands.payload(keyed, permit=permit, round_id=round_id, applications=waiting)
        job = await jobs.enqueue(connection, JOB, told, actor=keyed.attempt.caller)
        about = {"job_id": show("job", job.id), "applications": waiting}
        await events.append(
            connection, [Event("round.ranking_requested", "round", show("rnd", round_id), (), about, now)]
        )
        return await idempotency.record(connection, keyed, job, job.id)


async def carry_out(run: jobs.Run) -> dict[str, Any]:
    """The job: batch after batch until the round runs; its report says how many it approved and rejected."""
    errand = Errand.of(run.job)
    while await rank_batch(run.database, errand, run):
        pass
    return run.job.checkpoint


async def rank_batch(database: Database, errand: Errand, run: jobs.Run | None = None) -> bool:
    """Rank the next of the queue in one transaction; whether there may be more to do.

    Who may no longer hold a voucher is rejected with every reason, and keeps the rank at which that was found.
    Refusals ``round.finished``: the end came meanwhile; ``directory.too_old``.
    """
    async with database.begin() as connection:
        of = await rounds.lock(connection, errand.round_id)
        if of.state is RoundState.RUNNING:
            return False
        last = await applications.last_rank(connection, of.id)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        method = await draws.method_of(connection, of)
        await _require_reviewed(connection, of)
        found = await applications.lock_unranked(connection, of.id, rankable(scheme), method, BATCH)
        line = [replace(one, window_turn=of.window_turn) for one in found]
        now = await clock.business_now(connection)
        of.require_rankable(at=now)
        ranks = ranked((_queued(method, one) for one in line), after=last)
        decided = await _decide(connection, scheme, line, ranks, at=now)
        rejected = [one for one in decided if one.state is ApplicationState.REJECTED]
        await allowances.give_back(connection, scheme, rejected)
        await applications.save(connection, decided)
        await _tell(connection, errand, of, decided, at=now)
        if run is not None:
            await _progress(connection, run, decided)
        if len(line) < BATCH:
            await _run(connection, errand, of.running(at=now), at=now)
    return len(line) == BATCH


async def _require_reviewed(connection: AsyncConnection, of: Round) -> None:
    """Nobody is ranked before all were reviewed; what comes back by an appeal is reviewed first as well."""
    if await application_reviews.under_way(connection, of.id):
        raise Refusal("round.under_review", rule="applications.review")


async def _decide(
    connection: AsyncConnection,
    scheme: Scheme,
    line: list[Application],
    ranks: Mapping[UUID, int],
    *,
    at: datetime,
) -> list[Application]:
    """The next of the queue, approved or rejected, each with its rank."""
    refuse_all((await parties.age(connection)).reasons())
    known = await parties.read(connection, {one.holder_id for one in line})
    decided = []
    for one in line:
        party = known.get(one.holder_id)
        against = (
            eligibility.reasons(scheme, party, _days(scheme, one, at), known=_known(one))
            if party is not None
            else [Reason("application.holder_unknown", pointer="/holder")]
        )
        decided.append(one.ranked(ranks[one.id], against, at=at))
    return decided


def _known(one: Application) -> PartyFacts | None:
    """What was known of a party when it applied; None of one that applied before that was kept."""
    return None if one.facts is None else thawed(one.facts)


def _queued(method: Method, one: Application) -> Queued:
    return method.queued(one.id, order=one.queue_order or 0, points=one.points, number=one.number or 0)


def _days(scheme: Scheme, one: Application, at: datetime) -> Days:
    today = local_date(at, scheme.zone)
    return Days(submission=local_date(one.submitted_at or at, scheme.zone), issue=today)


async def _run(connection: AsyncConnection, errand: Errand, running: Round, *, at: datetime) -> None:
    """The round runs: everybody has a rank, and the operator's next task is to issue."""
    await rounds.save(connection, running)
    await round_operations.tell(
        connection, running, kind="ranked", actor=errand.actor, request_id=errand.request_id, at=at
    )
    await tasks.close_tasks(connection, [running.id], at=at, kind=RANK)
    task = round_operations.task(running, ISSUE, at=at, due_at=running.results_by_ends)
    await tasks.open_tasks(connection, [task])


async def _progress(connection: AsyncConnection, run: jobs.Run, decided: list[Application]) -> None:
    """Count what the job has done, in the transaction that did it."""
    rejected = sum(1 for one in decided if one.state is ApplicationState.REJECTED)
    so_far = run.job.checkpoint
    report = {
        "approved": so_far.get("approved", 0) + len(decided) - rejected,
        "rejected": so_far.get("rejected", 0) + rejected,
    }
    total = run.job.payload["applications"]
    await run.progress(connection, done=sum(report.values()), total=total, checkpoint=report)


async def _tell(
    connection: AsyncConnection, errand: Errand, of: Round, decided: list[Application], *, at: datetime
) -> None:
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    clause = scheme.allocation.priority.source
    await decisions.record(connection, [_decision(errand, of, one, clause=clause, at=at) for one in decided])
    rejected = [one for one in decided if one.state is ApplicationState.REJECTED]
    await events.append(
        connection,
        [
            Event(
                "application.rejected",
                "application",
                show("app", one.id),
                (one.holder_id,),
                {"round_id": show("rnd", of.id), "reasons": [reason_json(reason) for reason in one.reasons]},
                at,
            )
            for one in rejected
        ],
    )


def _decision(errand: Errand, of: Round, one: Application, *, clause: str, at: datetime) -> Decision:
    first = one.reasons[0] if one.reasons else Reason("approved", rule="allocation.priority", clause=clause)
    return Decision(
        subject_kind="application",
        subject_id=one.id,
        kind="rank",
        outcome=one.state.value,
        actor=errand.actor,
        at=at,
        rule=first.rule,
        clause=first.clause,
        numbers={
            "rank": one.rank,
            "number": one.number,
            "queue_class": one.queue_class,
            "reasons": [reason.code for reason in one.reasons],
        },
        scheme_version=of.scheme_version_id,
        request_id=errand.request_id,
    )
