"""Remembers vouchers: read, locked in id order, and written back set-based."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.refusals import NotFound
from services.chassis.sums import Total as Sum
from services.chassis.timers import in_index_order
from services.standards.holding import Kind
from services.voucher.ledger.domain.posting import Funding
from services.voucher.scheme.domain.deadlines import CANCELLED
from services.voucher.scheme.store.tables import SchemeVersions
from services.voucher.wallet.domain.statement import Account
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.store.reach import EVERYWHERE, Within
from services.voucher.wallet.store.tables import Vouchers

VOUCHERS = Vouchers.__table__
DUE = func.greatest(VOUCHERS.c.ends_at, VOUCHERS.c.moved_at)
"""When what is available goes back: when the voucher ended, or when it came free later (`Voucher.due_back`)."""
MOVING = (
    *("state", "available", "held", "captured", "reclaimed", "moved_at", "ends_at", "ends_by", "remind_at"),
    "lost_by_provider",
)
"""What an order, a timer or a sweep moves."""
_AMONG = select(VOUCHERS).where(bulk.among(VOUCHERS.c.id))
_READ = bulk.Statement(_AMONG)
_LOCK = bulk.Statement(_AMONG.order_by(VOUCHERS.c.id).with_for_update(key_share=True))
LIVING = (
    *MOVING,
    *("face", "use_by", "use_by_ends", "deliver_by", "deliver_by_ends", "claim_by", "claim_by_ends"),
    *("activated_at", "suspended_at", "extended"),
)
"""What may change in a voucher's life."""


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Voucher]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    return _vouchers(await _LOCK.rows(connection, {"ids": list(ids)}))


async def read_all(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Voucher]:
    """Those of the ids that exist, not locked: for quotes and pages."""
    return _vouchers(await _READ.rows(connection, {"ids": list(ids)}))


async def read(connection: AsyncConnection, voucher_id: UUID) -> Voucher:
    """One voucher; NotFound ``voucher.unknown``."""
    found = await read_all(connection, [voucher_id])
    if voucher_id not in found:
        raise NotFound("voucher.unknown")
    return found[voucher_id]


async def taken(connection: AsyncConnection, numbers: Collection[str]) -> set[str]:
    """Those of these numbers that a voucher has already."""
    return set((await connection.execute(select(VOUCHERS.c.number).where(VOUCHERS.c.number.in_(numbers)))).scalars())


async def next_expiry(connection: AsyncConnection) -> datetime | None:
    """The earliest instant as of which something available goes back to its pool."""
    earliest: datetime | None = (
        await connection.execute(select(func.min(DUE)).where(VOUCHERS.c.available > 0))
    ).scalar_one()
    return earliest


async def pools_due(
    connection: AsyncConnection, upto: datetime, *, limit: int, round_id: UUID | None = None
) -> list[tuple[UUID, str]]:
    """The pools, by round and class, of the vouchers that are due back first at an instant; of one round if given."""
    first = select(VOUCHERS.c.round_id, VOUCHERS.c.pool_class).where(_due(upto)).order_by(DUE, VOUCHERS.c.id)
    if round_id is not None:
        first = first.where(VOUCHERS.c.round_id == round_id)
    batch = first.limit(limit).subquery()
    async with in_index_order(connection):
        rows = await connection.execute(select(batch.c.round_id, batch.c.pool_class).distinct())
    return [(row.round_id, row.pool_class) for row in rows]


async def lock_due(
    connection: AsyncConnection, upto: datetime, *, pools: Collection[tuple[UUID, str]], limit: int
) -> list[Voucher]:
    """Vouchers of these pools that are due at an instant, first due first, locked; what others hold is skipped."""
    statement = _due_of(upto, pools, limit).with_for_update(key_share=True, skip_locked=True)
    async with in_index_order(connection):
        return list((await _by_id(connection, statement)).values())


async def due(
    connection: AsyncConnection, upto: datetime, *, pools: Collection[tuple[UUID, str]], limit: int
) -> list[Voucher]:
    """The same, not locked."""
    async with in_index_order(connection):
        return list((await _by_id(connection, _due_of(upto, pools, limit))).values())


def _due_of(upto: datetime, pools: Collection[tuple[UUID, str]], limit: int) -> Select[Any]:
    of_pools = tuple_(VOUCHERS.c.round_id, VOUCHERS.c.pool_class).in_(pools)
    return select(VOUCHERS).where(_due(upto), of_pools).order_by(DUE, VOUCHERS.c.id).limit(limit)


def _due(upto: datetime) -> ColumnElement[bool]:
    return and_(VOUCHERS.c.available > 0, upto >= DUE)


async def any_of_round(connection: AsyncConnection, round_id: UUID) -> bool:
    """Whether a round ever issued anything."""
    issued = select(exists().where(VOUCHERS.c.round_id == round_id))
    return bool((await connection.execute(issued)).scalar_one())


async def last_claim(connection: AsyncConnection, round_id: UUID) -> datetime | None:
    """The instant (UTC) from which nothing of a round can be claimed any more; None where it issued nothing."""
    statement = select(func.max(VOUCHERS.c.claim_by_ends)).where(VOUCHERS.c.round_id == round_id)
    last: datetime | None = (await connection.execute(statement)).scalar_one()
    return last


async def count_drafts(connection: AsyncConnection, round_id: UUID) -> int:
    """How many vouchers of a round are drafts."""
    drafts: int = (await connection.execute(select(func.count()).where(*_drafts(round_id)))).scalar_one()
    return drafts


async def lock_drafts(connection: AsyncConnection, round_id: UUID, *, after: UUID, limit: int) -> list[Voucher]:
    """The next drafts of a round behind an id, locked in id order."""
    statement = (
        select(VOUCHERS)
        .where(*_drafts(round_id), VOUCHERS.c.id > after)
        .order_by(VOUCHERS.c.id)
        .limit(limit)
        .with_for_update(key_share=True)
    )
    return list((await _by_id(connection, statement)).values())


def _drafts(round_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return VOUCHERS.c.round_id == round_id, VOUCHERS.c.state == VoucherState.DRAFT


async def next_reminder(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which a holder is to be told that a voucher ends."""
    earliest: datetime | None = (await connection.execute(select(func.min(VOUCHERS.c.remind_at)))).scalar_one()
    return earliest


@dataclass(frozen=True, slots=True)
class Reminded:
    """A voucher with the instant (UTC) at which its holder is to be told that it ends."""

    voucher: Voucher
    at: datetime


async def lock_to_remind(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[Reminded]:
    """Vouchers whose reminder is due at an instant, first due first, locked; what others hold is skipped."""
    statement = (
        select(VOUCHERS)
        .where(VOUCHERS.c.remind_at <= upto)
        .order_by(VOUCHERS.c.remind_at, VOUCHERS.c.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    async with in_index_order(connection):
        rows = (await connection.execute(statement)).mappings()
    return [Reminded(voucher_of(row), row["remind_at"]) for row in rows]


async def save_reminders(connection: AsyncConnection, vouchers: Collection[Voucher]) -> None:
    """Write back, in one statement, when the holders of locked vouchers are told next."""
    await bulk.update_all(connection, VOUCHERS, [{"id": one.id, "remind_at": one.remind_at} for one in vouchers])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which vouchers to list; None means any. state: as of an instant, whether or not a timer has run."""

    round_id: UUID | None = None
    state: VoucherState | None = None
    within: Within = EVERYWHERE


async def find(
    connection: AsyncConnection, wanted: Wanted, *, at: datetime, after: str | None, limit: int
) -> tuple[list[Voucher], str | None]:
    """A page of vouchers as of an instant (UTC), newest first, and its next cursor."""
    statement = (
        select(VOUCHERS)
        .where(wanted.within.condition(VOUCHERS))
        .order_by(VOUCHERS.c.issued_at.desc(), VOUCHERS.c.id.desc())
        .limit(limit + 1)
    )
    if wanted.round_id is not None:
        statement = statement.where(VOUCHERS.c.round_id == wanted.round_id)
    if wanted.state is not None:
        statement = statement.where(state_at(at) == wanted.state)
    if after is not None:
        statement = statement.where(tuple_(VOUCHERS.c.issued_at, VOUCHERS.c.id) < pages.instant_and_id(after))
    found = list((await _by_id(connection, statement)).values())
    return pages.cut(found, limit, lambda voucher: (voucher.issued_at.isoformat(), str(voucher.id)))


def state_at(instant: datetime) -> ColumnElement[str]:
    """`Voucher.state_at` in SQL."""
    columns = VOUCHERS.c
    return case(
        (columns.captured == columns.face, VoucherState.EXHAUSTED),
        (and_(columns.ends_at <= instant, columns.ends_by == CANCELLED), VoucherState.CANCELLED),
        (columns.ends_at <= instant, VoucherState.EXPIRED),
        (columns.activated_at.is_(None), VoucherState.DRAFT),
        (columns.available + columns.held == 0, VoucherState.EXHAUSTED),
        (columns.suspended_at.is_not(None), VoucherState.SUSPENDED),
        else_=VoucherState.ACTIVE,
    )


async def of_holder(connection: AsyncConnection, holder_id: UUID, *, at_most: int) -> list[Voucher]:
    """A holder's vouchers, those that end first before the others."""
    statement = (
        select(VOUCHERS)
        .where(VOUCHERS.c.holder_id == holder_id)
        .order_by(VOUCHERS.c.ends_at.desc(), VOUCHERS.c.id)
        .limit(at_most)
    )
    found = list((await _by_id(connection, statement)).values())
    return sorted(found, key=lambda voucher: (voucher.ends_at, voucher.id))


@dataclass(frozen=True, slots=True)
class Total:
    """What a holder's vouchers of one currency come to, in fen: what may be spent, and what is held for orders."""

    currency: str
    spendable: int
    held: int


async def totals(connection: AsyncConnection, holder_id: UUID, *, at: datetime) -> list[Total]:
    """All vouchers of a holder as of an instant (UTC), however many, summed up by currency."""
    columns, active = VOUCHERS.c, state_at(at) == VoucherState.ACTIVE
    statement = (
        select(
            columns.currency,
            func.coalesce(func.sum(columns.available).filter(active), 0).cast(Sum()).label("spendable"),
            func.sum(columns.held).cast(Sum()).label("held"),
        )
        .where(columns.holder_id == holder_id)
        .group_by(columns.currency)
        .order_by(columns.currency)
    )
    return [Total(**row) for row in (await connection.execute(statement)).mappings()]


async def standing(
    connection: AsyncConnection, lineage: str, quota_roots: Collection[UUID], *, at: datetime
) -> dict[UUID, int]:
    """What holders, by quota root, have of a lineage of schemes at an instant (UTC): not ended, or held; fen.

    lineage: the name of the first of its schemes.
    """
    columns, of = VOUCHERS.c, func.coalesce(SchemeVersions.root, SchemeVersions.scheme_id)
    usable = case((columns.ends_at > at, columns.available), else_=0)
    statement = (
        select(columns.quota_root_id, func.sum(usable + columns.held).cast(Sum()).label("standing"))
        .join(SchemeVersions, SchemeVersions.id == columns.scheme_version_id)
        .where(columns.quota_root_id.in_(quota_roots), of == lineage)
        .group_by(columns.quota_root_id)
    )
    return {row.quota_root_id: row.standing for row in await connection.execute(statement)}


async def next_to_end(connection: AsyncConnection, holder_id: UUID, *, at: datetime) -> Voucher | None:
    """Of a holder's vouchers that may be spent at an instant (UTC) the one that ends first."""
    statement = (
        select(VOUCHERS)
        .where(VOUCHERS.c.holder_id == holder_id, VOUCHERS.c.available > 0, state_at(at) == VoucherState.ACTIVE)
        .order_by(VOUCHERS.c.ends_at, VOUCHERS.c.id)
        .limit(1)
    )
    return next(iter((await _by_id(connection, statement)).values()), None)


async def spendable(
    connection: AsyncConnection, holder_ids: Collection[UUID], *, at: datetime, at_most: int
) -> dict[UUID, Voucher]:
    """Of each holder the vouchers that may be spent at an instant (UTC), at most so many, the first in order of use."""
    columns, live = VOUCHERS.c, state_at(at) == VoucherState.ACTIVE
    place = func.row_number().over(
        partition_by=columns.holder_id, order_by=(columns.ends_at, columns.available, columns.number)
    )
    ranked = select(columns.id, place.label("place")).where(
        columns.holder_id.in_(holder_ids), columns.available > 0, live
    )
    found = ranked.subquery()
    first = select(found.c.id).where(found.c.place <= at_most)
    return await _by_id(connection, select(VOUCHERS).where(columns.id.in_(first)))


async def ids_of(connection: AsyncConnection, holder_id: UUID) -> list[UUID]:
    """The ids of all vouchers of a holder."""
    return list((await connection.execute(select(VOUCHERS.c.id).where(VOUCHERS.c.holder_id == holder_id))).scalars())


async def accounts(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Account]:
    """What a statement tells of these vouchers."""
    told = (VOUCHERS.c.number, VOUCHERS.c.issued_at, VOUCHERS.c.activated_at)
    statement = select(VOUCHERS.c.id, *told).where(VOUCHERS.c.id.in_(ids))
    return {row.id: Account(*row[1:]) for row in await connection.execute(statement)}


async def add(connection: AsyncConnection, vouchers: Sequence[Voucher]) -> None:
    """Append new vouchers in one statement."""
    await bulk.insert_all(connection, VOUCHERS, [_row(voucher) for voucher in vouchers])


async def save(connection: AsyncConnection, vouchers: Collection[Voucher]) -> None:
    """Write back, in one statement, what moves of locked vouchers: balances, state, when value last moved, the end,
    and when its holder is told of that.
    """
    rows = [{name: getattr(voucher, name) for name in ("id", *MOVING)} for voucher in vouchers]
    await bulk.update_all(connection, VOUCHERS, rows)


async def save_lives(connection: AsyncConnection, vouchers: Collection[Voucher]) -> None:
    """Write back, in one statement, all that may ever change of locked vouchers: face and dates too."""
    rows = [{name: getattr(voucher, name) for name in ("id", *LIVING)} for voucher in vouchers]
    await bulk.update_all(connection, VOUCHERS, rows)


def voucher_of(row: Mapping[Any, Any]) -> Voucher:
    """The domain object of a row of the table."""
    fields = dict(row)
    source, currency, round_id = fields.pop("funding_source"), fields["currency"], fields["round_id"]
    fields["state"], fields["holder_kind"] = VoucherState(fields["state"]), Kind(fields["holder_kind"])
    return Voucher(funding=Funding(currency, source, round_id=round_id), **fields)


def _row(voucher: Voucher) -> dict[str, Any]:
    fields = {name: getattr(voucher, name) for name in Voucher.__dataclass_fields__ if name != "funding"}
    return fields | {"funding_source": voucher.funding.source}


async def _by_id(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Voucher]:
    return _vouchers((await connection.execute(statement)).mappings())


def _vouchers(rows: Iterable[Mapping[Any, Any]]) -> dict[UUID, Voucher]:
    return {voucher.id: voucher for voucher in map(voucher_of, rows)}
