"""Reads how far claim lines have come: their places in the queues of reviewers, and where they are disclosed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.oversight.domain.timeline import Published
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store.claim_tables import ClaimLines
from services.voucher.settlement.store.disclosure_tables import DisclosureLines, Disclosures

LINES = ClaimLines.__table__
SHOWN = DisclosureLines.__table__
DISCLOSURES = Disclosures.__table__


async def ahead(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many lines the same reviewers have before them that were submitted earlier, for each line in review.

    The reviewers of a district see its lines, those of the city all of the city's.
    """
    desk = case((LINES.c.stage == "city", func.left(LINES.c.region, 4)), else_=LINES.c.region)
    order = (LINES.c.submitted_at, LINES.c.id)
    before = (func.row_number().over(partition_by=(LINES.c.stage, desk), order_by=order) - 1).label("before")
    queues = select(LINES.c.id, before).where(LINES.c.state == LineState.IN_REVIEW.value).subquery()
    rows = await connection.execute(select(queues).where(queues.c.id.in_(line_ids)))
    return {row.id: row.before for row in rows}


async def published(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, Published]:
    """The disclosure in which each of these claim lines was shown to the public, where it was."""
    statement = (
        select(SHOWN.c.claim_line_id, DISCLOSURES.c.id, DISCLOSURES.c.closes_on, DISCLOSURES.c.closes_at)
        .join(DISCLOSURES, DISCLOSURES.c.id == SHOWN.c.disclosure_id)
        .where(SHOWN.c.claim_line_id.in_(line_ids), DISCLOSURES.c.published_at.is_not(None))
    )
    rows = await connection.execute(statement)
    return {row.claim_line_id: Published(row.id, row.closes_on, row.closes_at) for row in rows}
