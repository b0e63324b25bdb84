"""Ranks a round's queue once its window is closed, and proves again that everybody in it may hold a voucher."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
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
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import eligibility
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.eligibility import Days
from services.voucher.wallet.domain.queue import Queued, ranked
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ISSUE, RANK, ApplicationState
from services.voucher.wallet.operations import rounds as round_operations
from services.voucher.wallet.store import applications, rounds

AT_MOST = 20_000
"""How many applications are ranked in one request; more would not be done before a statement's 30 seconds are over."""


async def rank(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID) -> Answer:
    """Rank all submitted applications by class and number; who may no longer hold a voucher is rejected with reasons.

    The lock of the round waits for submissions still under way, so none is left behind.
    NotFound ``round.unknown``; refusals ``round.still_open``, ``round.not_published``, ``round.finished``,
    ``round.too_many``, ``directory.too_old``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        published = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=published.bureau)
        await _countable(connection, round_id)
        submitted = await applications.lock_submitted(connection, round_id)
        now = await clock.business_now(connection)
        running = published.running(at=now)
        decided = await _decide(connection, running, submitted, at=now)
        await applications.save(connection, decided)
        await rounds.save(connection, running)
        await _tell(connection, keyed, running, decided, permit=permit, at=now)
        await tasks.close_tasks(connection, [round_id], at=now, kind=RANK)
        due = running.results_by_ends
        await tasks.open_tasks(connection, [round_operations.task(running, ISSUE, at=now, due_at=due)])
        standing = await round_operations.standing(connection, running, at=now)
        return await idempotency.record(connection, keyed, standing, round_id)


async def _countable(connection: AsyncConnection, round_id: UUID) -> None:
    waiting = await applications.count(connection, round_id, ApplicationState.SUBMITTED)
    if waiting > AT_MOST:
        raise Refusal("round.too_many", numbers={"applications": waiting, "at_most": AT_MOST})


async def _decide(
    connection: AsyncConnection, of: Round, submitted: list[Application], *, at: datetime
) -> list[Application]:
    """All submitted applications, approved or rejected, each with its rank."""
    refuse_all((await parties.age(connection)).reasons())
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    known = await parties.read(connection, {one.holder_id for one in submitted})
    ranks = ranked(Queued(one.queue_order or 0, one.number or 0, one.id) for one in submitted)
    decided = []
    for one in submitted:
        party = known.get(one.holder_id)
        against = (
            eligibility.reasons(scheme, party, _days(scheme, one, at))
            if party is not None
            else [Reason("application.holder_unknown", pointer="/holder")]
        )
        decided.append(one.ranked(ranks[one.id], against, at=at))
    return sorted(decided, key=lambda one: one.rank or 0)


def _days(scheme: Scheme, one: Application, at: datetime) -> Days:
    today = local_date(at, scheme.zone)
    return Days(submission=local_date(one.submitted_at or at, scheme.zone), issue=today)


async def _tell(
    connection: AsyncConnection, keyed: Keyed, of: Round, decided: list[Application], *, permit: Permit, at: datetime
) -> None:
    actor = permit.caller.person
    await decisions.record(connection, [_decision(keyed, of, one, actor=actor, at=at) for one in decided])
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
    await round_operations.tell(connection, keyed, of, permit=permit, kind="ranked", at=at)


def _decision(keyed: Keyed, of: Round, one: Application, *, actor: str, at: datetime) -> Decision:
    first = one.reasons[0] if one.reasons else None
    return Decision(
        subject_kind="application",
        subject_id=one.id,
        kind="rank",
        outcome=one.state.value,
        actor=actor,
        at=at,
        rule=first.rule if first is not None else "allocation.priority",
        clause=first.clause if first is not None else None,
        numbers={
            "rank": one.rank,
            "number": one.number,
            "queue_class": one.queue_class,
            "reasons": [reason.code for reason in one.reasons],
        },
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
