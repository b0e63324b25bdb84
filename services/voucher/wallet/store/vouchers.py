"""Remembers vouchers: read, locked in id order, and written back set-based."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.voucher.ledger.domain.posting import Funding
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.store.tables import Vouchers

VOUCHERS = Vouchers.__table__
MOVING = ("state", "available", "held", "captured", "reclaimed", "moved_at")


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Voucher]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(VOUCHERS).where(VOUCHERS.c.id.in_(ids)).order_by(VOUCHERS.c.id).with_for_update()
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


async def by_number(connection: AsyncConnection, number: str) -> Voucher:
    """The voucher of a number as people write it; NotFound ``voucher.unknown``."""
    found = await _by_id(connection, select(VOUCHERS).where(VOUCHERS.c.number == number))
    if not found:
        raise NotFound("voucher.unknown")
    return next(iter(found.values()))


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
