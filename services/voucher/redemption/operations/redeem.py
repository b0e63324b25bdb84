"""Carries out orders: the one path on which anything happens to a redemption, timers included.

Locks are taken in the house's order: request keys, counters, vouchers, redemptions, several of a kind by id. No budget
line and no pool is locked. See docs/redemption-cycle.md for what a power cut leaves behind at each point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.database import Database, lost, violated
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.voucher.ledger.store import counters
from services.voucher.redemption.domain.orders import Order
from services.voucher.redemption.domain.redeem import Outcome, fold
from services.voucher.redemption.domain.world import NotLocked, World
from services.voucher.redemption.operations.looking import facts, look
from services.voucher.redemption.store import redemptions, steps
from services.voucher.wallet.store import vouchers

log = structlog.get_logger(__name__)
TRIES = 3
AGAIN = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialisation failure and of a deadlock: the same orders are played again, with the same ids."""
ONE_CLIENT_REF = "uq_redemptions_client"
ONE_CONTRACT = "uq_redemptions_contract"
"""The index on which the second of two who redeem one contract at once fails: played again, it sees the first."""


@dataclass(frozen=True, slots=True)
class Request:
    """An order with its idempotency key (a timer has none) and its Request-Deadline in real time, UTC."""

    order: Order
    keyed: Keyed | None = None
    deadline: datetime | None = None


Result = Answer | Outcome | Refusal
"""An answer to a request under a key, the outcome of one without, or why it was refused."""


async def redeem(database: Database, request: Request) -> Answer:
    """Carry out one order under its key, which it must have; committed when this returns.

    Raises the Refusal of `domain.redeem`, ``request.deadline``, those of idempotency,
    ``client_ref.taken``, and ``service.unavailable``; a refused order leaves neither key nor effect.
    """
    if request.keyed is None:
        raise ValueError("an order without a key has no answer")
    (result,) = await _played(database, [request])
    return cast(Answer, result)


async def redeem_all(database: Database, requests: Sequence[Request]) -> list[Result]:
    """Carry out orders in one transaction; where that fails, one by one, so that only the poison one fails.

    An order that fails by a fault of our own is logged with its id and answered by Refusal ``internal``. What says
    that the database is lost is raised.
    """
    if len(requests) > 1:
        try:
            return await _played(database, requests)
        except Exception as error:
            if lost(error):
                raise
            log.warning("redemption.batch_failed", orders=len(requests), exc_info=True)
    return [await _alone(database, request) for request in requests]


async def _alone(database: Database, request: Request) -> Result:
    try:
        (result,) = await _played(database, [request])
    except Refusal as refusal:
        return refusal
    except Exception as error:
        if lost(error):
            raise
        log.exception("redemption.failed", redemption_id=show("red", request.order.redemption_id))
        return Refusal("internal")
    return result


async def _played(database: Database, requests: Sequence[Request]) -> list[Result]:
    """Play orders again when the database, the turn of a year or a lost race for a contract asks for it, same ids.

    Refusal ``service.unavailable`` when the last try asked for it too.
    """
    for _ in range(TRIES):
        try:
            return await _once(database, requests)
        except NotLocked:
            continue
        except DBAPIError as error:
            if _sqlstate(error) not in AGAIN and not _came_second(error):
                raise
    raise Refusal("service.unavailable")


async def _once(database: Database, requests: Sequence[Request]) -> list[Result]:
    """One transaction. One order alone needs no savepoint: its refusal is raised and rolls the transaction back."""
    try:
        async with database.begin() as connection:
            if len(requests) > 1:
                return await redeem_batch(connection, requests)
            (result,) = await _play(connection, requests)
            if isinstance(result, Refusal):
                raise result
            return [result]
    except IntegrityError as error:
        if violated(error, ONE_CLIENT_REF):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        raise


async def redeem_batch(connection: AsyncConnection, requests: Sequence[Request]) -> list[Result]:
    """Decide orders in turn and write what they led to, in the caller's transaction, which a refusal leaves usable.

    Where any is refused all is undone to the savepoint, keys and locks included, and the others are played again
    without it: so a refused order leaves nothing, even when it is the only one. Anything but a refusal is raised, and
    the caller's transaction must then be rolled back. No key may stand twice in one batch.
    """
    results: dict[int, Result] = {}
    while left := [place for place in range(len(requests)) if place not in results]:
        async with connection.begin_nested() as savepoint:
            played = dict(zip(left, await _play(connection, [requests[place] for place in left]), strict=True))
            refused = {place: result for place, result in played.items() if isinstance(result, Refusal)}
            if refused:
                await savepoint.rollback()
        results |= refused or played
    return [results[place] for place in range(len(requests))]


async def _play(connection: AsyncConnection, requests: Sequence[Request]) -> list[Result]:
    """Steps 1 to 5 of the transaction; nothing is written when any order is refused."""
    earlier = await _take_keys(connection, requests)
    fresh = [request for place, request in enumerate(requests) if place not in earlier]
    before, late = await _lock(connection, fresh)
    answers, after = fold([request.order for request, refused in zip(fresh, late, strict=True) if not refused], before)
    decided = iter(answers)
    too_late = Refusal("request.deadline", pointer="/headers/Request-Deadline")
    results: list[Result] = [too_late if one else next(decided) for one in late]
    if not any(isinstance(result, Refusal) for result in (*earlier.values(), *results)):
        results = await _keep(connection, fresh, results, before=before, after=after)
    fresh_results = iter(results)
    return [earlier[place] if place in earlier else next(fresh_results) for place in range(len(requests))]


async def _take_keys(connection: AsyncConnection, requests: Sequence[Request]) -> dict[int, Result]:
    """Lock the request keys in their order; what was answered earlier, or may not be asked under its key."""
    keyed = [(request.keyed, place) for place, request in enumerate(requests) if request.keyed is not None]
    earlier: dict[int, Result] = {}
    for key, place in sorted(keyed, key=lambda pair: pair[0].identity):
        try:
            answer = await idempotency.replay(connection, key)
        except Refusal as refusal:
            earlier[place] = refusal
        else:
            if answer is not None:
                earlier[place] = answer
    return earlier


async def _lock(connection: AsyncConnection, requests: Sequence[Request]) -> tuple[World, list[bool]]:
    """Lock what the orders touch, then read the clock once; and which requests came too late by their own deadline."""
    orders = [request.order for request in requests]
    sight = await look(connection, orders)
    keys = sight.counters(await clock.business_now(connection))
    locked = await counters.lock(connection, keys)
    found = await vouchers.lock(connection, sight.vouchers)
    standing = await redemptions.lock(connection, sight.redemptions)
    now = await clock.business_now(connection)
    late = await _too_late(connection, [request.deadline for request in requests])
    return World(now, await facts(connection, sight, orders), found, standing, locked), late


async def _too_late(connection: AsyncConnection, deadlines: Sequence[datetime | None]) -> list[bool]:
    """Which requests have passed their own deadline by real time, now that the last lock is held."""
    if not any(deadlines):
        return [False] * len(deadlines)
    real = await clock.wall_clock(connection)
    return [deadline is not None and deadline < real for deadline in deadlines]


async def _keep(
    connection: AsyncConnection, requests: Sequence[Request], outcomes: Sequence[Result], *, before: World, after: World
) -> list[Result]:
    """Write what was decided, and each answer under its key."""
    decided = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    made = [step for outcome in decided for step in outcome.steps]
    await steps.write(connection, made, before=before, after=after)
    kept: list[Result] = []
    for request, outcome in zip(requests, decided, strict=True):
        if request.keyed is None:
            kept.append(outcome)
        else:
            kept.append(await idempotency.record(connection, request.keyed, outcome, outcome.redemption.id))
    return kept


def _came_second(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) and violated(error, ONE_CONTRACT)


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
