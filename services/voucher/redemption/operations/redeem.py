"""Carries out orders: the one path on which anything happens to a redemption, timers included.

Locks are taken in the house's order: counters, vouchers, redemptions, several of a kind by id. No budget line and no
pool is locked; a request's key is written last, with its answer. See docs/redemption-cycle.md for what a power cut
leaves behind at each point, and docs/decisions/0012 for the keys.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.database import Database, lost, overran, violated
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.lane import BATCH, Lane, Work
from services.chassis.refusals import Refusal
from services.voucher.ledger.store import counters
from services.voucher.redemption.domain.orders import Order
from services.voucher.redemption.domain.redeem import Outcome, fold
from services.voucher.redemption.domain.world import NotLocked, World
from services.voucher.redemption.operations.looking import facts, look
from services.voucher.redemption.operations.till import consented
from services.voucher.redemption.store import codes, redemptions, steps
from services.voucher.wallet.store import vouchers

log = structlog.get_logger(__name__)
LANE = "redemption"
LOCAL = "SELECT set_config('lock_timeout', '3s', true), set_config('enable_seqscan', 'off', true)"
"""A lock is waited for far less than a statement or an idle transaction may take: whoever keeps one voucher must not
keep them all. And every row is found by an index: a connection keeps its plans, those of foreign keys too, so that one
made while a table was nearly empty would read all of it for each redemption long after it has grown.
"""
RACES = (idempotency.ONE_KEY, codes.ONE_USE, "uq_redemptions_client", "uq_redemptions_contract")
"""The constraints on which the second fails of two that did not see each other: played again, it sees the first."""


@dataclass(frozen=True, slots=True)
class Request:
    """An order with its idempotency key (a timer has none) and its Request-Deadline in real time, UTC."""

    order: Order
    keyed: Keyed | None = None
    deadline: datetime | None = None


Result = Answer | Outcome | Refusal
"""An answer to a request under a key, the outcome of one without, or why it was refused."""


async def redeem(database: Database, request: Request) -> Answer:
    """Carry out one order under its key, which it must have, on the lane; committed when this returns.

    Raises the Refusal of `domain.redeem`, ``request.deadline``, those of idempotency,
    ``client_ref.taken``, and ``service.unavailable``; a refused order leaves neither key nor effect.
    """
    if request.keyed is None:
        raise ValueError("an order without a key has no answer")
    return cast(Answer, await _lane(database).put(request))


async def redeem_all(database: Database, requests: Sequence[Request]) -> list[Result]:
    """Carry out orders in one transaction; where that fails, one by one, so that only the poison one fails.

    An order that fails by a fault of our own is logged with its id and answered by Refusal ``internal``, one that
    waited too long for its rows by ``service.unavailable``. What says that the database is lost is raised.
    """
    results = await work_of(database).each(requests)
    return [_told(request, result) for request, result in zip(requests, results, strict=True)]


async def redeem_each(database: Database, requests: Sequence[Request]) -> list[Result]:
    """Carry out orders on the lane in their order, each under its key as if it had come alone.

    An order that fails by a fault of our own is logged with its id and answered by Refusal ``internal``, one that
    waited too long for its rows, or that a lost database leaves open, by ``service.unavailable``.
    """
    lane, line = _lane(database), object()
    results: list[Result | BaseException] = []
    for begin in range(0, len(requests), BATCH):
        together = (lane.put(request, line=line) for request in requests[begin : begin + BATCH])
        results += await asyncio.gather(*together, return_exceptions=True)
    said = [Refusal("service.unavailable") if _is_lost(result) else result for result in results]
    return [_told(request, result) for request, result in zip(requests, said, strict=True)]


async def redeem_together(database: Database, requests: Sequence[Request]) -> list[Result]:
    """Carry out all orders in one transaction, or none: where any is refused, nothing was done.

    The others are then refused too, by ``batch.refused``. Refusal ``service.unavailable``; anything else that fails
    undoes all and is raised.
    """
    return list(await work_of(database, together=True).together(requests))


def _lane(database: Database) -> Lane[Request, Result]:
    return database.keep(LANE, lambda: Lane(work_of(database)))


def work_of(database: Database, *, together: bool = False) -> Work[Request, Result]:
    """What the lane of a database does with orders. together: none is carried out where one is refused."""
    once = partial(_once, database, together=together)
    return Work(LANE, once=once, identity=_identity, again=_lost_a_race)


def _identity(request: Request) -> idempotency.Identity | None:
    return request.keyed.identity if request.keyed is not None else None


def _lost_a_race(error: Exception) -> bool:
    """Whether another one was first, or a counter was not foreseen, such as when the local year turned meanwhile."""
    if isinstance(error, IntegrityError):
        return any(violated(error, name) for name in RACES)
    return isinstance(error, NotLocked)


def _is_lost(result: Result | BaseException) -> bool:
    return isinstance(result, BaseException) and lost(result)


def _told(request: Request, result: Result | BaseException) -> Result:
    if isinstance(result, Answer | Outcome | Refusal):
        return result
    if lost(result):
        raise result
    if overran(result):
        return Refusal("service.unavailable")
    log.error("redemption.failed", redemption_id=show("red", request.order.redemption_id), exc_info=result)
    return Refusal("internal")


async def _once(database: Database, requests: Sequence[Request], *, together: bool) -> list[Result]:
    async with database.begin() as connection:
        await connection.execute(text(LOCAL))
        return await redeem_batch(connection, requests, together=together)


async def redeem_batch(
    connection: AsyncConnection, requests: Sequence[Request], *, together: bool = False
) -> list[Result]:
    """Decide orders in turn and write what they led to, in the caller's transaction, which a refusal leaves usable.

    A refused order leaves nothing; together: where one is refused, none of the others does either. Anything but a
    refusal is raised, and the caller's transaction must then be rolled back. No key may stand twice in one batch.
    """
    orders = await consented(connection, [request.order for request in requests])
    before, real = await _lock(connection, orders)
    settled = await _settled(connection, requests, real)
    fresh = [place for place in range(len(requests)) if place not in settled]
    outcomes, after = fold([orders[place] for place in fresh], before)
    results: dict[int, Result] = {**settled, **dict(zip(fresh, outcomes, strict=True))}
    done = {place: result for place, result in results.items() if isinstance(result, Outcome)}
    if together and any(isinstance(result, Refusal) for result in results.values()):
        results |= dict.fromkeys(done, Refusal("batch.refused"))
    else:
        made = [step for outcome in done.values() for step in outcome.steps]
        await steps.write(connection, made, before=before, after=after)
        results |= await _answered(connection, requests, done)
    return [results[place] for place in range(len(requests))]


async def _lock(connection: AsyncConnection, orders: Sequence[Order]) -> tuple[World, datetime]:
    """Lock what the orders touch, then read the clock once, and what is to be known beside it; with real time."""
    sight = await look(connection, orders)
    keys = sight.counters(await clock.business_now(connection))
    locked = await counters.lock(connection, keys)
    found = await vouchers.lock(connection, sight.vouchers)
    standing = await redemptions.lock(connection, sight.redemptions)
    now, real = await clock.both(connection)
    known = await facts(connection, sight, orders, now=now, real=real)
    return World(now, known, found, standing, locked), real


async def _settled(connection: AsyncConnection, requests: Sequence[Request], real: datetime) -> dict[int, Result]:
    """By place, what needs no decision: what was answered earlier, or comes too late by its own deadline.

    Asked when all that is decided upon was read: who saw a twin's effect sees its key too, and is told its answer.
    """
    late = _too_late([request.deadline for request in requests], real)
    told = await idempotency.answered(connection, [request.keyed for request in requests if request.keyed is not None])
    earlier = {place: told[key] for place, request in enumerate(requests) if (key := _identity(request)) in told}
    return {**late, **earlier}


def _too_late(deadlines: Sequence[datetime | None], real: datetime) -> dict[int, Result]:
    """The places of those that passed their own deadline by real time, now that the last lock is held."""
    late = Refusal("request.deadline", pointer="/headers/Request-Deadline")
    return {place: late for place, deadline in enumerate(deadlines) if deadline is not None and deadline < real}


async def _answered(
    connection: AsyncConnection, requests: Sequence[Request], done: dict[int, Outcome]
) -> dict[int, Result]:
    """Keep the answer of each that has a key under it; by place."""
    keyed = [(place, key, outcome) for place, outcome in done.items() if (key := requests[place].keyed) is not None]
    answers = await idempotency.record_all(
        connection, [(key, outcome, outcome.redemption.id) for _, key, outcome in keyed]
    )
    return {place: answer for (place, _, _), answer in zip(keyed, answers, strict=True)}
