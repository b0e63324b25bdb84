"""Publishes notices on rounds: one operator proposes that a window rests, goes on, is longer or comes again, another
publishes it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.standards.calendar import CalendarNotLoaded, end_of_day, local_date
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.scheme.domain.allocation import LOTTERY
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.notice import Ground, Notice, NoticeKind, NoticeState, apply
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import NOTICE, PROMISE, RANK, RESUME, RoundState
from services.voucher.wallet.operations import cancelling
from services.voucher.wallet.operations.rounds import task
from services.voucher.wallet.operations.under_review import By
from services.voucher.wallet.store import applications, draws, notices, rounds, vouchers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A notice as it was asked for."""

    kind: NoticeKind
    document: str
    text_zh: str
    text_en: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    allocate_until: date | None = None


async def propose(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Propose a notice; refused at once when it could not be published as things stand. Nothing happens until it is.

    NotFound ``round.unknown``; refusals of `domain.notice.apply`, ``notice.open``, ``round.calendar_not_loaded``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        now = await clock.business_now(connection)
        notice = Notice(
            id=new_id(),
            round_id=round_id,
            proposed_by=permit.caller.person,
            proposed_at=now,
            **{name: getattr(asked, name) for name in Asked.__dataclass_fields__},
        )
        await _applied(connection, notice, of, at=now)
        await notices.add(connection, notice)
        await tasks.open_tasks(connection, [task(of, NOTICE, at=now, due_at=notice.decide_by)])
        await _tell(connection, keyed, notice, of, at=now)
        return await idempotency.record(connection, keyed, notice, notice.id)


async def publish(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, notice_id: UUID) -> Answer:
    """Publish what another person proposed, and do it: submissions and rankings under way come before or after it.

    NotFound ``round.unknown``, ``notice.unknown``; refusals of `Notice.decided` and `domain.notice.apply`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await _line(connection, permit, round_id, notice_id)
        of, notice = await _lock(connection, permit, round_id, notice_id)
        now = await clock.business_now(connection)
        published = notice.decided(NoticeState.PUBLISHED, by=permit.caller.person, at=now)
        after = await _applied(connection, published, of, at=now)
        await notices.decide(connection, published)
        if published.kind is NoticeKind.CANCEL:
            after = await cancelling.cancel(connection, after, line, published, by=By.of(permit, keyed), at=now)
        await rounds.save(connection, after)
        await _move_tasks(connection, published, after, at=now)
        await _tell(connection, keyed, published, after, at=now)
        return await idempotency.record(connection, keyed, published, notice_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, notice_id: UUID) -> Answer:
    """Reject what another person proposed; it leaves nothing behind.

    NotFound ``round.unknown``, ``notice.unknown``; refusals of `Notice.decided`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, notice = await _lock(connection, permit, round_id, notice_id)
        now = await clock.business_now(connection)
        rejected = notice.decided(NoticeState.REJECTED, by=permit.caller.person, at=now)
        await notices.decide(connection, rejected)
        await tasks.close_tasks(connection, [round_id], at=now, kind=NOTICE)
        await _tell(connection, keyed, rejected, of, at=now)
        return await idempotency.record(connection, keyed, rejected, notice_id)


async def published(database: Database, *, round_id: UUID) -> list[Notice]:
    """The published notices on a round, oldest first, for everybody. NotFound ``round.unknown``, also of a draft."""
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        if of.state is RoundState.DRAFT:
            raise NotFound("round.unknown")
        return await notices.of_round(connection, round_id, published=True)


async def _line(connection: AsyncConnection, permit: Permit, round_id: UUID, notice_id: UUID) -> BudgetLine | None:
    """The line that funded a round which is to be cancelled, locked before the round is; None of any other notice."""
    permit.require("round.unknown", bureau=(await rounds.read(connection, round_id)).bureau)
    notice = await notices.read(connection, round_id, notice_id)
    return await cancelling.lock_line(connection, round_id) if notice.kind is NoticeKind.CANCEL else None


async def _lock(connection: AsyncConnection, permit: Permit, round_id: UUID, notice_id: UUID) -> tuple[Round, Notice]:
    of = await rounds.lock(connection, round_id)
    permit.require("round.unknown", bureau=of.bureau)
    return of, await notices.lock(connection, round_id, notice_id)


async def _applied(connection: AsyncConnection, notice: Notice, of: Round, *, at: datetime) -> Round:
    """The round after a notice, with the day of its results counted anew where the window's end has moved."""
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    ground = Ground(await _under_way(connection, of), await vouchers.any_of_round(connection, of.id))
    after = apply(notice, of, ground, zone=scheme.zone, at=at)
    if after.closes_at == of.closes_at:
        return after
    results_by = await _results_by(connection, scheme, after)
    return replace(after, results_by=results_by, results_by_ends=end_of_day(results_by, scheme.zone))


async def _under_way(connection: AsyncConnection, of: Round) -> bool:
    """Whether who applied in this turn of the window was drawn, or ranked in part; the round's lock keeps both out."""
    draw = await draws.lottery(connection, of.id, of.window_turn)
    drawn = draw is not None and draw.seed is not None
    return drawn or await applications.ranked_in(connection, of.id, of.window_turn)


async def _results_by(connection: AsyncConnection, scheme: Scheme, of: Round) -> date:
    days = await parties.working_days(connection)
    try:
        return days.add(local_date(of.closes_at, scheme.zone), scheme.allocation.results_within.value)
    except CalendarNotLoaded as missing:
        raise Refusal("round.calendar_not_loaded", numbers={"year": missing.year}) from missing


async def _move_tasks(connection: AsyncConnection, notice: Notice, after: Round, *, at: datetime) -> None:
    """The second person's task is done; a paused round waits to go on, one whose window has moved to be ranked."""
    await tasks.close_tasks(connection, [after.id], at=at, kind=NOTICE)
    if notice.kind is NoticeKind.PAUSE:
        await tasks.open_tasks(connection, [task(after, RESUME, at=at, due_at=after.allocate_until_ends)])
    if notice.kind is NoticeKind.RESUME:
        await tasks.close_tasks(connection, [after.id], at=at, kind=RESUME)
    if notice.closes_at is not None and not after.first_come:
        await tasks.close_tasks(connection, [after.id], at=at, kind=RANK)
        await tasks.open_tasks(connection, [task(after, RANK, at=at, due_at=after.results_by_ends)])
        await _await_promise(connection, after, at=at)


async def _await_promise(connection: AsyncConnection, after: Round, *, at: datetime) -> None:
    """A lottery whose draw nobody has promised for this turn of its window waits for that until the window closes."""
    if after.method != LOTTERY or await draws.lottery(connection, after.id, after.window_turn) is not None:
        return
    await tasks.close_tasks(connection, [after.id], at=at, kind=PROMISE)
    await tasks.open_tasks(connection, [task(after, PROMISE, at=at, due_at=after.closes_at)])


_WORDS = {NoticeState.PROPOSED: "propose", NoticeState.PUBLISHED: "publish", NoticeState.REJECTED: "reject"}


async def _tell(connection: AsyncConnection, keyed: Keyed, notice: Notice, of: Round, *, at: datetime) -> None:
    """Why and to whom: what is only proposed is nobody's but the bureau's."""
    numbers = {
        "kind": notice.kind.value,
        "document": notice.document,
        "state": of.state.value,
        "opens_at": of.opens_at.isoformat(),
        "closes_at": of.closes_at.isoformat(),
        "allocate_until": of.allocate_until.isoformat(),
    }
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind=f"{_WORDS[notice.state]}_notice",
        outcome=notice.state.value,
        actor=notice.decided_by or notice.proposed_by,
        at=at,
        rule="allocation.window",
        clause=notice.document,
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    about = {**numbers, "notice_id": show("ntc", notice.id)}
    await events.append(
        connection, [Event(f"round.notice_{notice.state.value}", "round", show("rnd", of.id), (), about, at)]
    )
