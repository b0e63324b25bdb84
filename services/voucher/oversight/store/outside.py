"""Remembers the lists of what others have supported, row by row, each file standing once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.voucher.oversight.domain.outside import OutsideList, OutsideSupport, keys
from services.voucher.oversight.store.outside_tables import OutsideLists, OutsideSupports

LISTS = OutsideLists.__table__
SUPPORTS = OutsideSupports.__table__
_NAMES = tuple(OutsideSupport.__dataclass_fields__)
WITHDRAWN = ("state", "withdrawn_by", "withdrawn_at", "reason")


async def add(
    connection: AsyncConnection, one: OutsideList, supports: Sequence[OutsideSupport], *, currency: str
) -> None:
    """Write a list with its rows. Refusal ``outside.there``, held by a unique index, while the file stands already."""
    try:
        await connection.execute(insert(LISTS).values(asdict(one)))
    except IntegrityError as error:
        if not violated(error, "uq_outside_lists_document_id"):
            raise
        raise Refusal("outside.there", pointer="/file") from error
    written = [
        {"id": new_id(), "list_id": one.id, "currency": currency, **asdict(support), **keys(support)}
        for support in supports
    ]
    await bulk.insert_all(connection, SUPPORTS, written)


async def read(connection: AsyncConnection, list_id: UUID) -> OutsideList:
    """One list; NotFound ``outside.unknown``."""
    return await _one(connection, select(LISTS).where(LISTS.c.id == list_id))


async def lock(connection: AsyncConnection, list_id: UUID) -> OutsideList:
    """One list, locked until the transaction ends; NotFound ``outside.unknown``."""
    return await _one(connection, select(LISTS).where(LISTS.c.id == list_id).with_for_update(key_share=True))


async def withdraw(connection: AsyncConnection, one: OutsideList) -> None:
    """Write that a locked list was a slip."""
    changed = {name: getattr(one, name) for name in WITHDRAWN}
    await connection.execute(update(LISTS).where(LISTS.c.id == one.id).values(changed))


async def find(connection: AsyncConnection, *, before: UUID | None, limit: int) -> list[OutsideList]:
    """Up to `limit` lists, newest first, taken before the one given."""
    statement = select(LISTS).order_by(LISTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(LISTS.c.id < before)
    return [OutsideList(**row) for row in (await connection.execute(statement)).mappings()]


@dataclass(frozen=True, slots=True)
class Kept:
    """A row with the id by which a match names it, and the currency of its list."""

    id: UUID
    currency: str
    support: OutsideSupport


async def rows_of(connection: AsyncConnection, list_id: UUID, *, after: int, limit: int) -> list[Kept]:
    """Up to `limit` rows of a list behind a number, in the order of the file."""
    statement = select(SUPPORTS).where(SUPPORTS.c.list_id == list_id, SUPPORTS.c.number > after)
    rows = await connection.execute(statement.order_by(SUPPORTS.c.number).limit(limit))
    return [Kept(row.id, row.currency, OutsideSupport(**{name: getattr(row, name) for name in _NAMES})) for row in rows]


async def _one(connection: AsyncConnection, statement: Select[tuple[object, ...]]) -> OutsideList:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("outside.unknown")
    return OutsideList(**row)
