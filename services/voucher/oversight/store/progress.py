"""Reads how far claim lines have come: their places in the queues of reviewers, and where they are disclosed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.standards.region import SIX_DIGITS
from services.voucher.oversight.domain.timeline import Published
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store.claim_tables import ClaimLines
from services.voucher.settlement.store.disclosure_tables import DisclosureLines, Disclosures

LINES = ClaimLines.__table__
SHOWN = DisclosureLines.__table__
DISCLOSURES = Disclosures.__table__
CITY = "city"
"""The stage at which a city's reviewers decide, as schemes name it."""


async def ahead(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many lines the same reviewers have before them that were submitted earlier, for each line in review.

    The reviewers of a district see its lines, those of the city all of the city's. Only what is before the lines asked
    for is counted.
    """
    mine, other = LINES.alias("mine"), LINES.alias("other")
    in_review = LineState.IN_REVIEW.value
    earlier = and_(
        other.c.state == in_review,
        other.c.stage == mine.c.stage,
        _desk(other) == _desk(mine),
        tuple_(other.c.submitted_at, other.c.id) < tuple_(mine.c.submitted_at, mine.c.id),
    )
    statement = (
        select(mine.c.id, func.count(other.c.id).label("before"))
        .select_from(mine.outerjoin(other, earlier))
        .where(mine.c.id.in_(line_ids), mine.c.state == in_review)
        .group_by(mine.c.id)
    )
    return {row.id: row.before for row in await connection.execute(statement)}


def _desk(lines: FromClause) -> ColumnElement[str]:
    """The region whose reviewers have a line before them: its city's at that stage, where its code names one."""
    columns = lines.c
    of_city = and_(columns.stage == CITY, columns.region.regexp_match(f"^(?:{SIX_DIGITS.pattern})$"))
    return case((of_city, func.left(columns.region, 4)), else_=columns.region)


async def published(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, Published]:
    """The last disclosure in which each of these claim lines was shown to the public, where it was."""
    statement = (
        select(SHOWN.c.claim_line_id, DISCLOSURES.c.id, DISCLOSURES.c.closes_on, DISCLOSURES.c.closes_at)
        .join(DISCLOSURES, DISCLOSURES.c.id == SHOWN.c.disclosure_id)
        .where(SHOWN.c.claim_line_id.in_(line_ids), DISCLOSURES.c.published_at.is_not(None))
        .order_by(DISCLOSURES.c.published_at)
    )
    rows = await connection.execute(statement)
    return {row.claim_line_id: Published(row.id, row.closes_on, row.closes_at) for row in rows}
