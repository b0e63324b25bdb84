"""Decides how a check of the audit is asked: one query that gives a row for each thing that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.ledger.domain.finding import Finding

FINDINGS_MAX = 200
"""Findings given for each check; more of the same are counted by asking again once these are mended."""


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant by name, and the SQL that finds what breaks it: rows of (subject, expected, actual), as text."""

    name: str
    sql: str


async def run(connection: AsyncConnection, checks: Sequence[Check]) -> list[Finding]:
    """What is wrong, check by check; empty when all is well."""
    found = []
    for check in checks:
        rows = await connection.execute(text(f"{check.sql} LIMIT {FINDINGS_MAX}"))
        found += [Finding.differs(check.name, row[0], expected=row[1], actual=row[2]) for row in rows]
    return found
