"""Counts what waits between a claim and the bank, and how long the oldest of it has waited, in business time."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Each part reads an index of what is still open, never what is over.
SQL = text("""
    SELECT what, number, coalesce(extract(epoch FROM business_now() - since), 0)
    FROM (
        SELECT 'review' AS what, count(*) AS number, min(submitted_at) AS since
        FROM claim_lines WHERE state = 'in_review'
        UNION ALL
        SELECT 'disclosure', count(*), min(entered_at) FROM claim_lines WHERE state = 'approved'
        UNION ALL
        SELECT 'payment', count(*), min(line.entered_at)
        FROM legs AS leg JOIN claim_lines AS line ON line.id = leg.claim_line_id
        WHERE leg.state = 'payable' AND line.state = 'released'
        UNION ALL
        SELECT 'bank', count(*), min(sent_at) FROM payouts WHERE state = 'sent'
        UNION ALL
        SELECT 'exception', count(*), min(file.imported_at)
        FROM statement_lines AS line JOIN statements AS file ON file.id = line.statement_id
        WHERE line.state IN ('imported', 'exception')
    ) AS waiting
""")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for what: a review, disclosure, payment, the bank, or the word of a person on an exception."""

    what: str
    number: int
    oldest_seconds: float


async def counted(connection: AsyncConnection) -> list[Waiting]:
    """Everything that waits; what does not is 0."""
    return [Waiting(what, number, max(float(age), 0.0)) for what, number, age in await connection.execute(SQL)]
