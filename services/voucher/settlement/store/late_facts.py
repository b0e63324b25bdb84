"""Remembers facts that came after a capture, each once, and how far what was heard is looked at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import ENDED, LegState
from services.voucher.settlement.domain.late_fact import FactKind, LateFact
from services.voucher.settlement.store.claim_tables import ClaimLines, Legs
from services.voucher.settlement.store.late_fact_tables import LateFactCursor, LateFacts

FACTS = LateFacts.__table__
CURSOR = LateFactCursor.__table__
LINES = ClaimLines.__table__
LEGS = Legs.__table__


async def add(connection: AsyncConnection, facts: Sequence[LateFact], *, at: datetime) -> list[LateFact]:
    """Note facts against redemptions that are locked; gives those that nobody had noted before."""
    if not facts:
        return []
    rows = [
        {
            "id": new_id(),
            "redemption_id": one.redemption_id,
            "fact": one.fact,
            "kind": one.kind.value,
            "organization_id": one.organization_id,
            "numbers": dict(one.numbers),
            "noted_at": at,
        }
        for one in facts
    ]
    statement = insert(FACTS).values(rows).on_conflict_do_nothing().returning(FACTS.c.redemption_id, FACTS.c.fact)
    new = {(redemption_id, fact) for redemption_id, fact in await connection.execute(statement)}
    return [one for one in facts if (one.redemption_id, one.fact) in new]


async def of_redemptions(connection: AsyncConnection, ids: Collection[UUID]) -> list[LateFact]:
    """All that was noted against these redemptions, oldest first."""
    statement = select(FACTS).where(FACTS.c.redemption_id.in_(ids)).order_by(FACTS.c.noted_at, FACTS.c.id)
    return [
        LateFact(row.redemption_id, row.fact, FactKind(row.kind), row.organization_id, row.numbers)
        for row in await connection.execute(statement)
    ]


async def concerned(connection: AsyncConnection, organizations: Collection[UUID]) -> list[UUID]:
    """The redemptions of these organisations, on either side, that are claimed and not paid in full, ordered by id."""
    of_line = LEGS.c.claim_line_id == LINES.c.id
    owed = exists().where(of_line, LEGS.c.state.in_([LegState.PAYABLE.value, LegState.IN_PAYMENT.value]))
    paid = and_(exists().where(of_line, LEGS.c.state == LegState.PAID.value), ~owed)
    of_them = or_(LINES.c.holder_id.in_(organizations), LINES.c.payee_id.in_(organizations))
    live = and_(LINES.c.redemption_id.is_not(None), LINES.c.state.not_in([state.value for state in ENDED]), ~paid)
    statement = select(LINES.c.redemption_id).where(of_them, live).distinct().order_by(LINES.c.redemption_id)
    return list(await connection.scalars(statement))


async def lines_of(connection: AsyncConnection, redemption_id: UUID) -> list[UUID]:
    """The claim lines that live on a redemption, in order of ids."""
    live = LINES.c.state.not_in([state.value for state in ENDED])
    statement = select(LINES.c.id).where(LINES.c.redemption_id == redemption_id, live).order_by(LINES.c.id)
    return list(await connection.scalars(statement))


async def cursor(connection: AsyncConnection) -> int:
    """Up to which of the documents heard it was looked."""
    found: int = (await connection.execute(select(CURSOR.c.heard))).scalar_one()
    return found


async def move(connection: AsyncConnection, heard: int) -> None:
    """Look behind this one from now on, unless somebody came further."""
    await connection.execute(update(CURSOR).values(heard=func.greatest(CURSOR.c.heard, heard)))
