"""Remembers what claims to awards answered to the form of their scheme, with the claim and with each correction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.awards.store.tables import AwardAnswers
from services.voucher.wallet.domain.form import Answers

ANSWERS = AwardAnswers.__table__


async def add(connection: AsyncConnection, award_claim_id: UUID, answers: Answers, *, by: str, at: datetime) -> None:
    """Write answers, which count from now on in place of those before, under the lock of the claim's line."""
    number = select(func.coalesce(func.max(ANSWERS.c.number), 0) + 1).where(ANSWERS.c.award_claim_id == award_claim_id)
    row = {
        "award_claim_id": literal(award_claim_id),
        "number": number.scalar_subquery(),
        "answers": dict(answers),
        "said_by": by,
        "said_at": at,
    }
    await connection.execute(insert(ANSWERS).values(row))


async def of_claims(connection: AsyncConnection, claim_ids: Collection[UUID]) -> Mapping[UUID, Answers]:
    """The answers that count of each of these claims that gave any."""
    statement = select(ANSWERS).where(ANSWERS.c.award_claim_id.in_(claim_ids)).order_by(ANSWERS.c.number)
    # of several the last one stays
    return {row.award_claim_id: row.answers for row in await connection.execute(statement)}
