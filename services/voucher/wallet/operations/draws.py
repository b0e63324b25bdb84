"""Draws lotteries: one operator promises the draw while applications are taken, another carries it out afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import NotFound, Refusal
from services.voucher.scheme.domain.allocation import LOTTERY
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.draw import Draw, Promised, Purpose
from services.voucher.wallet.domain.round import OVER, Round
from services.voucher.wallet.domain.states import PROMISE, RoundState
from services.voucher.wallet.store import applications, draws, rounds
from services.voucher.wallet.store.applications import Drawn

KIND = "draw_promised"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A promise in whose place another person made a later one."""

    commitment: str
    public_source: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A draw as it stands, with numbers that take part in it, rising, each with the rank that it came to.

    replaced: the promises before it, oldest first.
    """

    draw: Draw
    numbers: Sequence[Drawn]
    replaced: Sequence[Replaced] = ()


async def promise(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, promised: Promised) -> Answer:
    """Promise a draw before the window closes, or in place of another person's promise, which goes on being told.

    NotFound ``round.unknown``; refusals ``draw.no_lottery``, ``draw.too_late``, ``draw.done``, ``draw.promised``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await _lock(connection, permit, round_id)
        before = await draws.lottery(connection, round_id, of.window_turn)
        now = await clock.business_now(connection)
        if of.state_at(now) in OVER or now >= of.closes_at:
            raise Refusal("draw.too_late", rule="allocation.method", numbers={"closes_at": of.closes_at.isoformat()})
        if before is not None and before.seed is not None:
            raise Refusal("draw.done", rule="decided_once")
        asked = promised.by(
            permit.caller.person, at=now, round_id=round_id, purpose=Purpose.LOTTERY, turn=of.window_turn
        )
        made = asked.instead_of(before, known=True)
        await draws.save(connection, made)
        await tasks.close_tasks(connection, [round_id], at=now, kind=PROMISE)
        await _tell(connection, keyed, made, of, at=now)
        return await idempotency.record(connection, keyed, await _seen(connection, made, after=0, limit=0), round_id)


async def carry_out(
    database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, secret: str, public_text: str
) -> Answer:
    """Draw once the window is closed, with the secret that was promised and the public text.

    NotFound ``round.unknown``, ``draw.unknown``; refusals ``draw.no_lottery``, of `Round.require_rankable` and of
    `Draw.drawn`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await _lock(connection, permit, round_id)
        promised = await draws.lottery(connection, round_id, of.window_turn)
        if promised is None:
            raise NotFound("draw.unknown")
        now = await clock.business_now(connection)
        of.require_rankable(at=now)
        drawn = promised.drawn(secret, public_text, by=permit.caller.person, at=now)
        await draws.save(connection, drawn)
        await _tell(connection, keyed, drawn, of, at=now)
        return await idempotency.record(connection, keyed, await _seen(connection, drawn, after=0, limit=0), round_id)


async def read(database: Database, *, round_id: UUID, turn: int | None, after: int, limit: int) -> Seen:
    """The last draw of a published round, or that of one turn of its window, for everybody, with up to `limit` numbers
    behind one.

    NotFound ``round.unknown``, ``draw.unknown``.
    """
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        if of.state is RoundState.DRAFT:
            raise NotFound("round.unknown")
        last = await draws.last(connection, round_id, Purpose.LOTTERY)
        found = last if turn is None else await draws.lottery(connection, round_id, turn)
        if found is None:
            raise NotFound("draw.unknown")
        return await _seen(connection, found, after=after, limit=limit)


async def _lock(connection: AsyncConnection, permit: Permit, round_id: UUID) -> Round:
    of = await rounds.lock(connection, round_id)
    permit.require("round.unknown", bureau=of.bureau)
    if of.method != LOTTERY:
        raise Refusal("draw.no_lottery", rule="allocation.method", numbers={"method": of.method})
    return of


async def _seen(connection: AsyncConnection, draw: Draw, *, after: int, limit: int) -> Seen:
    """Before it is drawn nobody is told how many take part."""
    before = await _replaced(connection, draw)
    if draw.seed is None:
        return Seen(draw, [], before)
    return Seen(draw, await applications.drawn(connection, draw.round_id, draw.turn, after=after, limit=limit), before)


async def _replaced(connection: AsyncConnection, draw: Draw) -> list[Replaced]:
    told = [one for one in await decisions.of_subject(connection, draw.round_id) if one.kind == KIND]
    mine = [one for one in told if one.numbers.get("turn", 1) == draw.turn]
    return [Replaced(str(one.numbers["commitment"]), str(one.numbers["public_source"]), one.at) for one in mine[:-1]]


async def _tell(connection: AsyncConnection, keyed: Keyed, draw: Draw, of: Round, *, at: datetime) -> None:
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    numbers = {
        "turn": draw.turn,
        "commitment": draw.commitment,
        "public_source": draw.public_source,
        "public_form": draw.public_form,
        "seed": draw.seed,
    }
    kind = KIND if draw.seed is None else "drawn"
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind=kind,
        outcome=kind,
        actor=draw.drawn_by or draw.committed_by,
        at=at,
        rule="allocation.method",
        clause=scheme.allocation.method.source,
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    await events.append(connection, [Event(f"round.{kind}", "round", show("rnd", of.id), (), numbers, at)])
