"""States what every operation owes, whichever wing carried it out: one answer, one attempt, an event of its own."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import checks
from services.voucher.ledger.store.checks import Check

ANSWERED = Check(
    "operation.answered",
    """
    SELECT 'operation ' || operation || ' of ' || caller || ' under key ' || key, 'an answer', 'a key without one'
    FROM idempotency_keys WHERE status IS NULL
    """,
)

ONCE = Check(
    "operation.once",
    """
    SELECT 'operation ' || operation || ' of ' || caller || ' under key ' || key, '1 acknowledged, 1 carried out',
           sum(acknowledged) || ' acknowledged, ' || sum(carried_out) || ' carried out'
    FROM (
        SELECT caller, operation, key, 1 AS acknowledged, 0 AS carried_out FROM idempotency_keys
        UNION ALL
        SELECT caller, operation, key, 0, 1 FROM attempts WHERE outcome = 'done' AND key IS NOT NULL
    ) AS both_sides
    GROUP BY caller, operation, key HAVING sum(acknowledged) <> 1 OR sum(carried_out) <> 1
    """,
)

# A batch carries out many operations in one transaction, and each of them has an event.
TOLD = Check(
    "operation.event",
    """
    SELECT 'operations ' || keys.names, keys.number || ' events or more', coalesce(told.number, 0) || ' events'
    FROM (
        SELECT xact, count(*) AS number,
               string_agg(operation || ' of ' || caller || ' under key ' || key, ', ') AS names
        FROM idempotency_keys GROUP BY xact
    ) AS keys
    LEFT JOIN (SELECT xact, count(*) AS number FROM events GROUP BY xact) AS told ON told.xact = keys.xact
    WHERE coalesce(told.number, 0) < keys.number
    """,
)

CHECKS = (ANSWERED, ONCE, TOLD)


async def findings(connection: AsyncConnection) -> list[Finding]:
    """Operations that were answered and not carried out, carried out and not answered, or not told of."""
    return await checks.run(connection, CHECKS)


@dataclass(frozen=True, slots=True)
class Counted:
    """How much there was to look at."""

    journals: int
    entries: int
    operations: int
    events: int


async def counted(connection: AsyncConnection) -> Counted:
    """The number of rows that the audit is about."""
    sql = """SELECT (SELECT count(*) FROM journals), (SELECT count(*) FROM entries),
                    (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM events)"""
    return Counted(*(await connection.execute(text(sql))).one())
