"""Remembers what a provider was paid for: the work of its captures whose claim lines were approved, by year."""

from uuid import UUID

from sqlalchemy import extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.redemption.store.tables import Captures, Redemptions
from services.voucher.scheme.store.versions import VERSIONS
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store.claim_lines import LINES

CAPTURES, REDEMPTIONS = Captures.__table__, Redemptions.__table__
OWED = tuple(state.value for state in (LineState.APPROVED, LineState.DISCLOSED, LineState.RELEASED))


async def by_year(connection: AsyncConnection, payee_id: UUID, scheme_id: str) -> dict[int, int]:
    """What the work of a provider cost (fen) that a scheme paid for, whoever was paid, by its year of completion."""
    year = extract("year", CAPTURES.c.completed_on)
    statement = (
        select(year, func.sum(LINES.c.settlement).cast(Total()))
        .join(CAPTURES, CAPTURES.c.id == LINES.c.capture_id)
        .join(VERSIONS, VERSIONS.c.id == LINES.c.scheme_version_id)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == LINES.c.redemption_id)
        .where(REDEMPTIONS.c.payee_id == payee_id, VERSIONS.c.scheme_id == scheme_id, LINES.c.state.in_(OWED))
        .group_by(year)
    )
    return {int(one): amount for one, amount in await connection.execute(statement)}
