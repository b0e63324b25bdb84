"""Serves those who are next in line for a pool, in the transaction of whoever asks: a job, or who comes first."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.allocation import WHOLE, Allocated, Candidate, allocate, rooms_of
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.queue import GENERAL
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState, rankable
from services.voucher.wallet.operations import allowances, issuing
from services.voucher.wallet.operations.issuing import Batch, Order
from services.voucher.wallet.store import applications, rounds
from services.voucher.wallet.store.applications import Next, Shut
from services.voucher.wallet.store.rounds import Pool

BATCH = 1_000


async def serve(
    connection: AsyncConnection, order: Order, of: Round, *, only: Collection[UUID] | None = None
) -> tuple[Batch, Allocated]:
    """Serve the next of a round's line, the round being locked or shared; at most `BATCH` of them, or only these.

    Refusals of `Round.allocating`.
    """
    batch = await _lock(connection, order, of, only)
    of.allocating(batch.now, use_by_ends=batch.dates.use_by_ends)
    outcome = _allocate(batch)
    await issuing.write(connection, batch, outcome)
    return batch, outcome


async def _lock(connection: AsyncConnection, order: Order, of: Round, only: Collection[UUID] | None) -> Batch:
    """Pool, applications and counters, locked in that order; then the instant."""
    pool = await rounds.lock_pool(connection, of.id, POOL_CLASS)
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    rooms = await _rooms(connection, scheme, pool)
    shut = Shut(rooms, whole=scheme.allocation.last_place.value == WHOLE)
    wanted = Next(_serves(scheme, of, order), shut=shut if order.backfill else None, only=only)
    line = await applications.lock_in_line(connection, of.id, wanted, BATCH)
    left_out = None if of.first_come else of.window_turn
    stopped = not order.backfill and await applications.anyone_waits(connection, of.id, shut, left_out=left_out)
    line = await _ranked(connection, of, line) if of.first_come else line
    locked = await allowances.lock(connection, scheme, line)
    return Batch(order, of, scheme, pool, tuple(line), stopped, locked, rooms)


def _serves(scheme: Scheme, of: Round, order: Order) -> frozenset[ApplicationState]:
    """Whom it serves: those who wait, those who were ranked, or where who comes first is served all who came."""
    if order.backfill:
        return frozenset({ApplicationState.WAITLISTED})
    return rankable(scheme) if of.first_come else frozenset({ApplicationState.APPROVED})


async def _rooms(connection: AsyncConnection, scheme: Scheme, pool: Pool) -> Mapping[str, int]:
    """What the pool's lock leaves to each class that has a share of the budget."""
    shares = scheme.allocation.class_shares
    if shares is None:
        return {}
    standing = await rounds.standing_by_class(connection, pool.round_id)
    return rooms_of(shares.value, pool=pool.balance, standing={name: one.standing for name, one in standing.items()})


async def _ranked(connection: AsyncConnection, of: Round, line: list[Application]) -> list[Application]:
    """Those who come first have their ranks in the order of their numbers, behind the last one there is."""
    last = await applications.last_rank(connection, of.id)
    return [replace(one, rank=rank) for rank, one in enumerate(line, start=last + 1)]


def _allocate(batch: Batch) -> Allocated:
    """Who gets what. Once somebody waits for the first allocation, whoever comes after him waits too."""
    if batch.stopped:
        return Allocated((), (), tuple(one.id for one in batch.line), batch.pool.balance)
    line = [_candidate(one, batch) for one in batch.line]
    last_place = batch.scheme.allocation.last_place.value
    return allocate(line, pool=batch.pool.balance, last_place=last_place, rooms=batch.rooms)


def _candidate(one: Application, batch: Batch) -> Candidate:
    allowed = batch.locked.allowances[one.quota_root_id]
    headroom = allowed.headroom(batch.scheme, asked=one.amount)
    return Candidate(one.id, one.amount, headroom, one.queue_class or GENERAL)
