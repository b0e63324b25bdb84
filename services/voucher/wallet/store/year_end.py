"""Finds the budget lines whose year is over while something of them is left that no round may spend any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# A line that no round was funded from stays as it is: no scheme says that it is void, and two persons may cut it.
_LEFT = """
    SELECT lines.id, lines.fiscal_year FROM budget_lines AS lines
    WHERE lines.fiscal_year <= :year AND lines.id = coalesce(:line, lines.id)
      AND (least(free, appropriation - funded) > 0
           OR EXISTS (SELECT FROM rounds JOIN round_pools ON round_pools.round_id = rounds.id
                      WHERE rounds.budget_line_id = lines.id AND balance > 0))
      AND EXISTS (SELECT FROM rounds WHERE rounds.budget_line_id = lines.id)
      AND NOT EXISTS (
          SELECT FROM rounds JOIN scheme_versions ON scheme_versions.id = rounds.scheme_version_id
          WHERE rounds.budget_line_id = lines.id
            AND (rounds.state IN ('published', 'running', 'paused')
                 OR document #>> '{validity,year_end_void,value}' <> 'true')
      )
    ORDER BY lines.fiscal_year, lines.id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Over:
    """A line with something left, and its fiscal year."""

    line_id: UUID
    fiscal_year: int


@dataclass(frozen=True, slots=True)
class Funded:
    """A round that the line has funded, and the version of the scheme that it gives out by."""

    round_id: UUID
    scheme_version_id: UUID


async def first_over(connection: AsyncConnection, *, year: int, line_id: UUID | None = None) -> Over | None:
    """The first line of a fiscal year up to this one of which something is to lapse, by year and id; or one alone."""
    row = (await connection.execute(text(_LEFT), {"year": year, "line": line_id})).one_or_none()
    return None if row is None else Over(row.id, row.fiscal_year)


async def rounds_of(connection: AsyncConnection, line_id: UUID) -> Sequence[Funded]:
    """The rounds that a line has funded, by id."""
    sql = "SELECT id, scheme_version_id FROM rounds WHERE budget_line_id = :line ORDER BY id"
    return [Funded(row.id, row.scheme_version_id) for row in await connection.execute(text(sql), {"line": line_id})]


async def last_decided(connection: AsyncConnection, line_id: UUID) -> datetime | None:
    """The last instant (UTC) at which a change of the line was decided."""
    sql = "SELECT max(decided_at) FROM budget_changes WHERE line_id = :line"
    decided: datetime | None = (await connection.execute(text(sql), {"line": line_id})).scalar_one()
    return decided
