"""Remembers rounds and their pools; a pool's row is the lock of everything that gives out or takes back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.sums import Total
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import Posting
from services.voucher.scheme.store.tables import SchemeVersions
from services.voucher.wallet.domain.queue import GENERAL
from services.voucher.wallet.domain.round import ALLOCATING, Round
from services.voucher.wallet.domain.states import LIVE, ApplicationState, RoundState
from services.voucher.wallet.store.tables import Applications, RoundPools, Rounds, Vouchers

ROUNDS = Rounds.__table__
POOLS = RoundPools.__table__
VOUCHERS = Vouchers.__table__
APPLICATIONS = Applications.__table__
CHANGING = (
    *("state", "published_at", "budget_line_id", "funding_source", "over_issued", "prorated_at", "resumes_to"),
    *("window_turn", "opens_at", "closes_at", "results_by", "results_by_ends", "allocate_until", "allocate_until_ends"),
)
"""What may change of a round: its state and money, and by a published notice its dates."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is left of one class of a round, in fen; the latest instant (UTC) as of which something came into it."""

    round_id: UUID
    pool_class: str
    balance: int
    came_at: datetime | None = None

    def after(self, postings: Iterable[Posting], *, at: datetime) -> "Pool":
        """This pool once postings are booked as of an instant (UTC)."""
        moved = sum(posting.moved(PlaceKind.ROUND_POOL, self.round_id, self.pool_class) for posting in postings)
        came_at = self.came_at if moved <= 0 else max(at, self.came_at or at)
        return replace(self, balance=self.balance + moved, came_at=came_at)


@dataclass(frozen=True, slots=True)
class Totals:
    """A round in figures, fen: funded = captured + open + pool, issued = captured + reclaimed + open."""

    pool: int
    issued: int
    captured: int
    reclaimed: int
    open: int
    vouchers: int
    backfilled: int
    applications: Mapping[str, int]


async def add(connection: AsyncConnection, one: Round, pool_classes: Collection[str]) -> None:
    """Write a new round with empty pools; Refusal ``client_ref.taken``."""
    try:
        await connection.execute(
            insert(ROUNDS).values({name: getattr(one, name) for name in Round.__dataclass_fields__})
        )
    except IntegrityError as error:
        if not violated(error, "uq_rounds_client"):
            raise
        raise Refusal("client_ref.taken", pointer="/client_ref") from error
    rows = [{"round_id": one.id, "pool_class": pool_class, "balance": 0} for pool_class in pool_classes]
    await bulk.insert_all(connection, POOLS, rows)


async def read(connection: AsyncConnection, round_id: UUID) -> Round:
    """One round; NotFound ``round.unknown``."""
    return await _one(connection, select(ROUNDS).where(ROUNDS.c.id == round_id))


async def read_all(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Round]:
    """Those of the ids that exist, not locked: for pages."""
    rows = await connection.execute(select(ROUNDS).where(ROUNDS.c.id.in_(ids)))
    return {row["id"]: _round(row) for row in rows.mappings()}


async def lock(connection: AsyncConnection, round_id: UUID) -> Round:
    """One round, locked until the transaction ends; NotFound ``round.unknown``."""
    return await _one(connection, select(ROUNDS).where(ROUNDS.c.id == round_id).with_for_update(key_share=True))


async def share(connection: AsyncConnection, round_id: UUID) -> Round:
    """One round, which nobody may change until the transaction ends while others may share it as well."""
    return await _one(connection, select(ROUNDS).where(ROUNDS.c.id == round_id).with_for_update(read=True))


async def standing(connection: AsyncConnection, scheme_id: str) -> int:
    """How many rounds of a scheme, of whatever version, are neither settled nor cancelled."""
    over = ROUNDS.c.state.in_([RoundState.SETTLED, RoundState.CANCELLED])
    of_scheme = SchemeVersions.id == ROUNDS.c.scheme_version_id, SchemeVersions.scheme_id == scheme_id
    statement = select(func.count()).select_from(ROUNDS).join(SchemeVersions, of_scheme[0]).where(of_scheme[1], ~over)
    number: int = (await connection.execute(statement)).scalar_one()
    return number


async def save(connection: AsyncConnection, one: Round) -> None:
    """Write back what may change of a locked round."""
    values = {name: getattr(one, name) for name in CHANGING}
    await connection.execute(update(ROUNDS).where(ROUNDS.c.id == one.id).values(values))


async def lock_pool(connection: AsyncConnection, round_id: UUID, pool_class: str) -> Pool:
    """One pool of a round that exists, locked until the transaction ends."""
    return (await lock_pools(connection, [(round_id, pool_class)]))[round_id, pool_class]


async def lock_pools(connection: AsyncConnection, keys: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Pool]:
    """Pools, locked in the order of round and class."""
    order = (POOLS.c.round_id, POOLS.c.pool_class)
    statement = select(POOLS).where(tuple_(*order).in_(keys)).order_by(*order).with_for_update(key_share=True)
    rows = (await connection.execute(statement)).mappings()
    return {(row["round_id"], row["pool_class"]): Pool(**row) for row in rows}


async def save_pool(connection: AsyncConnection, pool: Pool) -> None:
    """Write back a locked pool."""
    await connection.execute(
        update(POOLS)
        .where(POOLS.c.round_id == pool.round_id, POOLS.c.pool_class == pool.pool_class)
        .values(balance=pool.balance, came_at=pool.came_at)
    )


async def totals(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Totals]:
    """Rounds in figures, as booked; three statements whatever their number."""
    vouchers = await connection.execute(
        select(
            VOUCHERS.c.round_id,
            _sum(VOUCHERS.c.face).label("issued"),
            _sum(VOUCHERS.c.captured).label("captured"),
            _sum(VOUCHERS.c.reclaimed).label("reclaimed"),
            _sum(VOUCHERS.c.available + VOUCHERS.c.held).label("open"),
            func.count().label("vouchers"),
            func.count(case((VOUCHERS.c.backfilled, 1))).label("backfilled"),
        )
        .where(VOUCHERS.c.round_id.in_(ids))
        .group_by(VOUCHERS.c.round_id)
    )
    pools = await connection.execute(
        select(POOLS.c.round_id, _sum(POOLS.c.balance).label("pool"))
        .where(POOLS.c.round_id.in_(ids))
        .group_by(POOLS.c.round_id)
    )
    states = await connection.execute(
        select(APPLICATIONS.c.round_id, APPLICATIONS.c.state, func.count().label("applications"))
        .where(APPLICATIONS.c.round_id.in_(ids))
        .group_by(APPLICATIONS.c.round_id, APPLICATIONS.c.state)
        .order_by(APPLICATIONS.c.round_id, APPLICATIONS.c.state)
    )
    counted: dict[UUID, dict[str, int]] = {round_id: {} for round_id in ids}
    for row in states:
        counted[row.round_id][row.state] = row.applications
    figures = {round_id: dict(_NOTHING) for round_id in ids}
    for found in (*vouchers.mappings(), *pools.mappings()):
        figures[found["round_id"]] |= {name: found[name] for name in found if name != "round_id"}
    return {round_id: Totals(applications=counted[round_id], **figures[round_id]) for round_id in ids}


@dataclass(frozen=True, slots=True)
class OfClass:
    """What one class of the queue was issued in a round: how many vouchers, and what of them stands (fen)."""

    vouchers: int
    issued: int
    standing: int


async def standing_by_class(connection: AsyncConnection, round_id: UUID) -> dict[str, OfClass]:
    """What each class of a round's queue was issued, as booked."""
    return (await by_class(connection, [round_id]))[round_id]


async def by_class(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, dict[str, OfClass]]:
    """The same of several rounds."""
    statement = (
        select(
            VOUCHERS.c.round_id,
            func.coalesce(APPLICATIONS.c.queue_class, GENERAL).label("queue_class"),
            func.count().label("vouchers"),
            _sum(VOUCHERS.c.face).label("issued"),
            _sum(VOUCHERS.c.face - VOUCHERS.c.reclaimed).label("standing"),
        )
        .join(APPLICATIONS, APPLICATIONS.c.id == VOUCHERS.c.application_id)
        .where(VOUCHERS.c.round_id.in_(ids))
        .group_by(VOUCHERS.c.round_id, "queue_class")
        .order_by(VOUCHERS.c.round_id, "queue_class")
    )
    found: dict[UUID, dict[str, OfClass]] = {round_id: {} for round_id in ids}
    for row in await connection.execute(statement):
        found[row.round_id][row.queue_class] = OfClass(row.vouchers, row.issued, row.standing)
    return found


_NOTHING = dict.fromkeys(("pool", "issued", "captured", "reclaimed", "open", "vouchers", "backfilled"), 0)


def _sum(amount: Any) -> Any:
    return func.coalesce(func.sum(amount), 0).cast(Total())


async def find(
    connection: AsyncConnection, *, bureau: str | None, drafts: bool, after: str | None, limit: int
) -> tuple[list[Round], str | None]:
    """A page of rounds, newest first, and its next cursor; of one bureau if given, with drafts or without."""
    statement = select(ROUNDS).order_by(ROUNDS.c.created_at.desc(), ROUNDS.c.id.desc()).limit(limit + 1)
    if bureau is not None:
        statement = statement.where(ROUNDS.c.bureau == bureau)
    if not drafts:
        statement = statement.where(ROUNDS.c.state != RoundState.DRAFT)
    if after is not None:
        statement = statement.where(tuple_(ROUNDS.c.created_at, ROUNDS.c.id) < pages.instant_and_id(after))
    found = [_round(row) for row in (await connection.execute(statement)).mappings()]
    return pages.cut(found, limit, lambda one: (one.created_at.isoformat(), str(one.id)))


async def next_to_finish(connection: AsyncConnection) -> datetime | None:
    """The earliest end of an allocation that is not finished yet."""
    statement = select(func.min(ROUNDS.c.allocate_until_ends)).where(_allocating())
    earliest: datetime | None = (await connection.execute(statement)).scalar_one()
    return earliest


async def lock_one_to_finish(connection: AsyncConnection, upto: datetime) -> Round | None:
    """The round whose allocation ended first, at ``upto`` at the latest, locked; one that is locked is skipped."""
    statement = (
        select(ROUNDS)
        .where(_allocating(), ROUNDS.c.allocate_until_ends <= upto)
        .order_by(ROUNDS.c.allocate_until_ends, ROUNDS.c.id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else _round(row)


def _allocating() -> Any:
    """Rounds that a timer still has to end. One that is over while an application of it waits was ended by a release
    that did not know the application's state.
    """
    states = [one for one in LIVE if one is not ApplicationState.ISSUED]
    waits = exists().where(APPLICATIONS.c.round_id == ROUNDS.c.id, APPLICATIONS.c.state.in_(states))
    return or_(ROUNDS.c.state.in_(ALLOCATING), and_(ROUNDS.c.state == RoundState.FINISHED, waits))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Round:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("round.unknown")
    return _round(row)


def _round(row: Mapping[Any, Any]) -> Round:
    resumes_to = row["resumes_to"]
    states = {"state": RoundState(row["state"]), "resumes_to": resumes_to and RoundState(resumes_to)}
    return Round(**{**row, **states})
