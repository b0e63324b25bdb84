"""Remembers appeals: one against each refusal, decided once."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.wallet.domain.appeal import Appeal, AppealState
from services.voucher.wallet.store.applications import APPLICATIONS
from services.voucher.wallet.store.reach import EVERYWHERE, Within
from services.voucher.wallet.store.review_tables import Appeals

APPEALS = Appeals.__table__
DECIDED = ("state", "decided_by", "decided_at", "words")


async def add(connection: AsyncConnection, appeal: Appeal) -> None:
    """Write an appeal. Refusals ``client_ref.taken``, and ``appeal.filed_before`` against the same refusal."""
    try:
        row = asdict(appeal)
        row["application_id"] = row.pop("subject_id")
        await connection.execute(insert(APPEALS).values(row))
    except IntegrityError as error:
        if violated(error, "uq_appeals_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        if violated(error, "uq_appeals_refusal"):
            raise Refusal("appeal.filed_before", rule="appeal.once") from error
        raise


async def read(connection: AsyncConnection, appeal_id: UUID) -> Appeal:
    """One appeal, not locked; NotFound ``appeal.unknown``."""
    return await _one(connection, appeal_id, locked=False)


async def lock(connection: AsyncConnection, appeal_id: UUID) -> Appeal:
    """One appeal, locked after its application; NotFound ``appeal.unknown``."""
    return await _one(connection, appeal_id, locked=True)


async def _one(connection: AsyncConnection, appeal_id: UUID, *, locked: bool) -> Appeal:
    statement = select(APPEALS).where(APPEALS.c.id == appeal_id)
    if locked:
        statement = statement.with_for_update(key_share=True)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("appeal.unknown")
    return _appeal(row)


async def decide(connection: AsyncConnection, appeal: Appeal) -> None:
    """Write the decision on a locked appeal."""
    decided = {name: getattr(appeal, name) for name in DECIDED}
    await connection.execute(update(APPEALS).where(APPEALS.c.id == appeal.id).values(decided))


async def of_application(connection: AsyncConnection, application_id: UUID) -> list[Appeal]:
    """The appeals on one application, oldest first; read it under the lock of the application."""
    statement = select(APPEALS).where(APPEALS.c.application_id == application_id).order_by(APPEALS.c.id)
    return [_appeal(row) for row in (await connection.execute(statement)).mappings()]


async def ruled(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Who decided appeals on each of these applications."""
    wanted = select(APPEALS.c.application_id, APPEALS.c.decided_by)
    found = await connection.execute(wanted.where(APPEALS.c.application_id.in_(ids), APPEALS.c.decided_by.is_not(None)))
    by = found.all()
    return {one: frozenset(row.decided_by for row in by if row.application_id == one) for one in ids}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which appeals to list; None means any."""

    state: AppealState | None = None
    application_id: UUID | None = None
    within: Within = EVERYWHERE


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Appeal]:
    """Up to `limit` appeals, newest first, filed before the one given."""
    statement = select(APPEALS).order_by(APPEALS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(APPEALS.c.id < before)
    if not wanted.within.everywhere:
        reached = select(APPLICATIONS.c.id).where(wanted.within.condition(APPLICATIONS))
        statement = statement.where(APPEALS.c.application_id.in_(reached))
    for column, value in ((APPEALS.c.state, wanted.state), (APPEALS.c.application_id, wanted.application_id)):
        if value is not None:
            statement = statement.where(column == value)
    return [_appeal(row) for row in (await connection.execute(statement)).mappings()]


def _appeal(row: Mapping[Any, Any]) -> Appeal:
    fields = {name: row[name] for name in Appeal.__dataclass_fields__ if name != "subject_id"}
    return Appeal(**{**fields, "subject_id": row["application_id"], "state": AppealState(row["state"])})
