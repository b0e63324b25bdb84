"""Remembers the chain of seals: added to at its end, never changed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, cast, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.tables import Xid8
from services.voucher.ledger.domain.seal import Kind, Name, Place, Rows, Seal, Signed
from services.voucher.ledger.store.tables import Journals, Seals

_STATED = tuple(column for column in Seals.c if column.name not in ("names", "leaves", "follows"))
PAGE = 100


async def add(connection: AsyncConnection, signed: Signed, rows: Rows) -> None:
    """Put a seal at the end; the database refuses one that follows no other, and a second one of its number."""
    seal = signed.seal
    values = {
        "number": seal.number,
        "follows": seal.number - 1 or None,
        "algorithm": seal.algorithm,
        "form": seal.form,
        "count": seal.count,
        "upto_xact": _xid(seal.upto.xact),
        "upto_kind": seal.upto.kind.value,
        "upto_ref": seal.upto.ref,
        "names": rows.names,
        "leaves": rows.leaves,
        "names_digest": seal.names,
        "root": seal.root,
        "previous": seal.previous,
        "head": signed.head,
        "key": seal.key,
        "sealed_at": seal.sealed_at,
        "jws": signed.jws,
    }
    await connection.execute(insert(Seals).values(values))


async def last(connection: AsyncConnection) -> Signed | None:
    """The newest seal; None before the first."""
    found = await find(connection, before=None, limit=1)
    return found[0] if found else None


async def read(connection: AsyncConnection, number: int) -> Signed | None:
    """One seal; None when there is none of this number."""
    row = (await connection.execute(select(*_STATED).where(Seals.c.number == number))).one_or_none()
    return None if row is None else _signed(row)


async def find(connection: AsyncConnection, *, before: int | None, limit: int) -> list[Signed]:
    """Up to `limit` seals, newest first, older than a number."""
    statement = select(*_STATED).order_by(Seals.c.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Seals.c.number < before)
    return [_signed(row) for row in await connection.execute(statement)]


async def chain(connection: AsyncConnection) -> AsyncIterator[Signed]:
    """Every seal from the first to the last, a page at a time."""
    after, page = 0, PAGE
    while page == PAGE:
        statement = select(*_STATED).where(Seals.c.number > after).order_by(Seals.c.number).limit(PAGE)
        rows = (await connection.execute(statement)).all()
        for row in rows:
            yield _signed(row)
        page, after = len(rows), rows[-1].number if rows else after


async def rows_of(connection: AsyncConnection, number: int) -> Rows:
    """The names and leaf hashes of a seal; none when there is none of this number.

    Torn files may give a seal to whoever walks along the chain and none to whoever asks for that one.
    """
    statement = select(Seals.c.names, Seals.c.leaves).where(Seals.c.number == number)
    row = (await connection.execute(statement)).one_or_none()
    return Rows(b"", b"") if row is None else Rows(row.names, row.leaves)


@dataclass(frozen=True, slots=True)
class Booked:
    """A journal's name, and the transaction that booked it."""

    name: Name
    xact: int


async def journals_on(connection: AsyncConnection, subject_ids: Sequence[Any]) -> list[Booked]:
    """The journals on these subjects in the order of booking."""
    columns = Journals.c.id, Journals.c.xact, Journals.c.sequence
    statement = select(*columns).where(Journals.c.subject_id.in_(subject_ids)).order_by(Journals.c.sequence)
    rows = await connection.execute(statement)
    return [Booked(Name(Kind.JOURNAL, row.id), int(row.xact)) for row in rows]


async def reaching(connection: AsyncConnection, xact: int, *, behind: int) -> Signed | None:
    """The first seal behind a number that reaches a transaction; None while none does."""
    statement = select(*_STATED).where(Seals.c.upto_xact >= _xid(xact), Seals.c.number > behind)
    row = (await connection.execute(statement.order_by(Seals.c.upto_xact, Seals.c.number).limit(1))).one_or_none()
    return None if row is None else _signed(row)


def _xid(xact: int) -> ColumnElement[int]:
    return cast(literal(str(xact)), Xid8())


def _signed(row: Any) -> Signed:
    seal = Seal(
        number=row.number,
        algorithm=row.algorithm,
        form=row.form,
        count=row.count,
        upto=Place(int(row.upto_xact), Kind(row.upto_kind), row.upto_ref),
        names=row.names_digest,
        root=row.root,
        previous=row.previous,
        key=row.key,
        sealed_at=row.sealed_at,
    )
    return Signed(seal, row.head, row.jws)
