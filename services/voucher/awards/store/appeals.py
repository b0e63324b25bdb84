"""Remembers appeals of payees against the rejection of their claims to awards: one against each, decided once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.regions import lies_in
from services.voucher.awards.store.award_claims import CLAIMS
from services.voucher.awards.store.tables import AwardAppeals
from services.voucher.wallet.domain.appeal import Appeal, AppealState

APPEALS = AwardAppeals.__table__
HELD = {"uq_award_appeals_client": "client_ref.taken", "uq_award_appeals_refusal": "appeal.filed_before"}
"""What each unique key refuses: a reference that was used before, and a second appeal against the same rejection."""


async def add(connection: AsyncConnection, appeal: Appeal) -> None:
    """Write an appeal. Refusals ``client_ref.taken``, ``appeal.filed_before``."""
    row = asdict(appeal)
    row["award_claim_id"] = row.pop("subject_id")
    try:
        await connection.execute(insert(APPEALS).values(row))
    except IntegrityError as error:
        for key, code in HELD.items():
            if violated(error, key):
                raise Refusal(code) from error
        raise


async def read(connection: AsyncConnection, appeal_id: UUID) -> Appeal:
    """One appeal; NotFound ``appeal.unknown``."""
    return await _one(connection, select(APPEALS).where(APPEALS.c.id == appeal_id))


async def lock(connection: AsyncConnection, appeal_id: UUID) -> Appeal:
    """One appeal, locked after the line of its claim; NotFound ``appeal.unknown``."""
    return await _one(connection, select(APPEALS).where(APPEALS.c.id == appeal_id).with_for_update(key_share=True))


async def decide(connection: AsyncConnection, appeal: Appeal) -> None:
    """Write how a locked appeal was decided."""
    decided = {name: getattr(appeal, name) for name in ("state", "decided_by", "decided_at", "words")}
    await connection.execute(update(APPEALS).where(APPEALS.c.id == appeal.id).values(decided))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which appeals to list; None means any. region: of the claim."""

    payee_id: UUID | None = None
    region: str | None = None
    state: AppealState | None = None
    award_claim_id: UUID | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Appeal]:
    """Up to `limit` appeals, newest first, filed before the one given."""
    statement = select(APPEALS).join(CLAIMS, CLAIMS.c.id == APPEALS.c.award_claim_id)
    statement = statement.order_by(APPEALS.c.id.desc()).limit(limit)
    asked = [
        None if before is None else APPEALS.c.id < before,
        None if wanted.payee_id is None else CLAIMS.c.payee_id == wanted.payee_id,
        None if wanted.region is None else lies_in(CLAIMS.c.region, wanted.region),
        None if wanted.state is None else APPEALS.c.state == wanted.state.value,
        None if wanted.award_claim_id is None else APPEALS.c.award_claim_id == wanted.award_claim_id,
    ]
    for one in asked:
        if one is not None:
            statement = statement.where(one)
    return [_appeal(row) for row in (await connection.execute(statement)).mappings()]


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Appeal:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("appeal.unknown")
    return _appeal(row)


def _appeal(row: Mapping[Any, Any]) -> Appeal:
    fields = {name: row[name] for name in Appeal.__dataclass_fields__ if name != "subject_id"}
    return Appeal(**{**fields, "subject_id": row["award_claim_id"], "state": AppealState(row["state"])})
