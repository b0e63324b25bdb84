"""Remembers what a provider was paid for: the work of its captures whose claim lines were approved, by year."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.redemption.store.tables import Captures, Redemptions
from services.voucher.scheme.store.versions import VERSIONS
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store.claim_lines import LINES

CAPTURES, REDEMPTIONS = Captures.__table__, Redemptions.__table__
OWED = tuple(state.value for state in (LineState.APPROVED, LineState.DISCLOSED, LineState.RELEASED))


def lineage_of(versions: FromClause) -> ColumnElement[str]:
    """The first of the schemes that a version's scheme goes on from, or that scheme itself."""
    return func.coalesce(versions.c.root, versions.c.scheme_id)


async def by_year(connection: AsyncConnection, payee_id: UUID, lineage: str) -> dict[int, int]:
    """What the work of a provider cost (fen), whoever was paid, by its year of completion.

    lineage: the name of the first of the schemes that paid for it; a year's work may be of two that follow each other.
    """
    year = extract("year", CAPTURES.c.completed_on)
    statement = (
        select(year, func.sum(LINES.c.settlement).cast(Total()))
        .join(CAPTURES, CAPTURES.c.id == LINES.c.capture_id)
        .join(VERSIONS, VERSIONS.c.id == LINES.c.scheme_version_id)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == LINES.c.redemption_id)
        .where(REDEMPTIONS.c.payee_id == payee_id, lineage_of(VERSIONS) == lineage, LINES.c.state.in_(OWED))
        .group_by(year)
    )
    return {int(one): amount for one, amount in await connection.execute(statement)}
