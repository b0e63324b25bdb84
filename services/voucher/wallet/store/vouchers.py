"""Remembers vouchers: read, locked in id order, and written back set-based."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.refusals import NotFound
from services.voucher.ledger.domain.posting import Funding
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.store.reach import EVERYWHERE, Within
from services.voucher.wallet.store.tables import Vouchers

VOUCHERS = Vouchers.__table__
DUE = func.greatest(VOUCHERS.c.ends_at, VOUCHERS.c.moved_at)
"""When what is available goes back: when the voucher ended, or when it came free later (`Voucher.due_back`)."""
MOVING = ("state", "available", "held", "captured", "reclaimed", "moved_at")


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Voucher]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(VOUCHERS).where(VOUCHERS.c.id.in_(ids)).order_by(VOUCHERS.c.id).with_for_update(key_share=True)
    return await _by_id(connection, statement)


async def read_all(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Voucher]:
    """Those of the ids that exist, not locked: for quotes and pages."""
    return await _by_id(connection, select(VOUCHERS).where(VOUCHERS.c.id.in_(ids)))


async def read(connection: AsyncConnection, voucher_id: UUID) -> Voucher:
    """One voucher; NotFound ``voucher.unknown``."""
    found = await read_all(connection, [voucher_id])
    if voucher_id not in found:
        raise NotFound("voucher.unknown")
    return found[voucher_id]


async def next_expiry(connection: AsyncConnection) -> datetime | None:
    """The earliest instant as of which something available goes back to its pool."""
    earliest: datetime | None = (
        await connection.execute(select(func.min(DUE)).where(VOUCHERS.c.available > 0))
    ).scalar_one()
    return earliest


async def pools_due(
    connection: AsyncConnection, upto: datetime, *, round_id: UUID | None = None
) -> list[tuple[UUID, str]]:
    """The pools, by round and class, to which something is due back at an instant; of one round if given."""
    statement = select(VOUCHERS.c.round_id, VOUCHERS.c.pool_class).where(_due(upto)).distinct()
    if round_id is not None:
        statement = statement.where(VOUCHERS.c.round_id == round_id)
    return [(row.round_id, row.pool_class) for row in await connection.execute(statement)]


async def lock_due(
    connection: AsyncConnection, upto: datetime, *, pools: Collection[tuple[UUID, str]], limit: int
) -> list[Voucher]:
    """Vouchers of these pools that are due at an instant, first due first, locked; what others hold is skipped."""
    statement = (
        select(VOUCHERS)
        .where(_due(upto), tuple_(VOUCHERS.c.round_id, VOUCHERS.c.pool_class).in_(pools))
        .order_by(DUE, VOUCHERS.c.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return list((await _by_id(connection, statement)).values())


def _due(upto: datetime) -> ColumnElement[bool]:
    return and_(VOUCHERS.c.available > 0, upto >= DUE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which vouchers to list; None means any."""

    round_id: UUID | None = None
    within: Within = EVERYWHERE


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[Voucher], str | None]:
    """A page of vouchers, newest first, and its next cursor."""
    statement = (
        select(VOUCHERS)
        .where(wanted.within.condition(VOUCHERS))
        .order_by(VOUCHERS.c.issued_at.desc(), VOUCHERS.c.id.desc())
        .limit(limit + 1)
    )
    if wanted.round_id is not None:
        statement = statement.where(VOUCHERS.c.round_id == wanted.round_id)
    if after is not None:
        statement = statement.where(tuple_(VOUCHERS.c.issued_at, VOUCHERS.c.id) < pages.instant_and_id(after))
    found = list((await _by_id(connection, statement)).values())
    return pages.cut(found, limit, lambda voucher: (voucher.issued_at.isoformat(), str(voucher.id)))


async def of_holder(connection: AsyncConnection, holder_id: UUID, *, at_most: int) -> list[Voucher]:
    """A holder's vouchers, those that end first before the others."""
    statement = (
        select(VOUCHERS)
        .where(VOUCHERS.c.holder_id == holder_id)
        .order_by(VOUCHERS.c.use_by_ends.desc(), VOUCHERS.c.id)
        .limit(at_most)
    )
    found = list((await _by_id(connection, statement)).values())
    return sorted(found, key=lambda voucher: (voucher.use_by_ends, voucher.id))


async def add(connection: AsyncConnection, vouchers: Sequence[Voucher]) -> None:
    """Append new vouchers in one statement."""
    await bulk.insert_all(connection, VOUCHERS, [_row(voucher) for voucher in vouchers])


async def save(connection: AsyncConnection, vouchers: Collection[Voucher]) -> None:
    """Write back, in one statement, what may change of locked vouchers: balances, state, when value last moved."""
    rows = [{name: getattr(voucher, name) for name in ("id", *MOVING)} for voucher in vouchers]
    await bulk.update_all(connection, VOUCHERS, rows)


def voucher_of(row: Mapping[str, Any]) -> Voucher:
    """The domain object of a row of the table."""
    fields = dict(row)
    source, currency, round_id = fields.pop("funding_source"), fields["currency"], fields["round_id"]
    fields["state"] = VoucherState(fields["state"])
    return Voucher(funding=Funding(currency, source, round_id=round_id), **fields)


def _row(voucher: Voucher) -> dict[str, Any]:
    fields = {name: getattr(voucher, name) for name in Voucher.__dataclass_fields__ if name != "funding"}
    return fields | {"funding_source": voucher.funding.source}


async def _by_id(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Voucher]:
    rows = (await connection.execute(statement)).mappings()
    return {row["id"]: voucher_of(row) for row in rows}
