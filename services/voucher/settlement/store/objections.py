"""Remembers objections: read, locked after their disclosure, decided once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.regions import lies_in
from services.voucher.settlement.domain.objection import Objection, ObjectionState
from services.voucher.settlement.store.claim_tables import ClaimLines
from services.voucher.settlement.store.disclosure_tables import Objections

OBJECTIONS = Objections.__table__
LINES = ClaimLines.__table__
_FIELDS = tuple(Objection.__dataclass_fields__)
_DECIDING = ("id", "state", "decided_by", "decided_at", "reason", "holder_at_fault")
_IS_LIVE = OBJECTIONS.c.state == ObjectionState.LIVE.value


async def read(connection: AsyncConnection, objection_id: UUID) -> Objection:
    """One objection; NotFound ``objection.unknown``."""
    found = await _all(connection, select(OBJECTIONS).where(OBJECTIONS.c.id == objection_id))
    if not found:
        raise NotFound("objection.unknown")
    return found[0]


async def lock_live(connection: AsyncConnection, line_id: UUID) -> list[Objection]:
    """The live objections against a claim line, locked in the order of their ids until the transaction ends."""
    statement = select(OBJECTIONS).where(OBJECTIONS.c.claim_line_id == line_id, _IS_LIVE).order_by(OBJECTIONS.c.id)
    return await _all(connection, statement.with_for_update(key_share=True))


async def persons(connection: AsyncConnection, line_id: UUID) -> frozenset[str]:
    """Who has filed or decided any objection against a claim line; read it under the lock of the line."""
    of_line = OBJECTIONS.c.claim_line_id == line_id
    filed = select(OBJECTIONS.c.filed_by).where(of_line)
    decided = select(OBJECTIONS.c.decided_by).where(of_line, OBJECTIONS.c.decided_by.is_not(None))
    return frozenset((await connection.execute(filed.union(decided))).scalars())


async def objected(connection: AsyncConnection, line_ids: Collection[UUID]) -> set[UUID]:
    """Those of these claim lines against which an objection lives; read it under the locks of the lines."""
    statement = select(OBJECTIONS.c.claim_line_id).where(OBJECTIONS.c.claim_line_id.in_(line_ids), _IS_LIVE)
    return set((await connection.execute(statement)).scalars())


def objects_to(line_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """The same in SQL, for a claim line of another statement."""
    return exists().where(OBJECTIONS.c.claim_line_id == line_id, _IS_LIVE)


async def add(connection: AsyncConnection, objection: Objection) -> None:
    """Write an objection, under the lock of its line.

    Refusals ``client_ref.taken``, and ``objection.filed_before`` when the same person has one on the line that is not
    decided: whoever may object at all could otherwise hold a line up, and the reviewers busy, without measure.
    """
    try:
        await bulk.insert_all(connection, OBJECTIONS, [_row(objection, _FIELDS)])
    except IntegrityError as error:
        if violated(error, "uq_objections_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        if violated(error, "uq_objections_person"):
            raise Refusal("objection.filed_before", rule="objection.once", pointer="/claim_line_id") from error
        raise


async def save(connection: AsyncConnection, objections: Sequence[Objection]) -> None:
    """Write back how locked objections were decided."""
    await bulk.update_all(connection, OBJECTIONS, [_row(one, _DECIDING) for one in objections])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objections to list; None means any. region and treasury are those of the claim line."""

    disclosure_id: UUID | None = None
    claim_line_id: UUID | None = None
    state: ObjectionState | None = None
    client_ref: str | None = None
    region: str | None = None
    treasury: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Objection]:
    """Up to `limit` objections, newest first, filed before the one given."""
    columns = OBJECTIONS.c
    statement = select(OBJECTIONS).join(LINES, LINES.c.id == columns.claim_line_id)
    statement = statement.order_by(columns.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(columns.id < before)
    if wanted.region is not None:
        statement = statement.where(lies_in(LINES.c.region, wanted.region))
    for column, value in (
        (columns.disclosure_id, wanted.disclosure_id),
        (columns.claim_line_id, wanted.claim_line_id),
        (columns.state, wanted.state),
        (columns.client_ref, wanted.client_ref),
        (LINES.c.treasury, wanted.treasury),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return await _all(connection, statement)


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Objection]:
    return [_objection(row) for row in (await connection.execute(statement)).mappings()]


def _objection(row: Mapping[str, Any]) -> Objection:
    return Objection(**{**row, "state": ObjectionState(row["state"])})


def _row(objection: Objection, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(objection, name) for name in names} | {"state": objection.state.value}
