"""Remembers how a space's activities and residents are counted for its assessment."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.spaces.domain.counting import Counted

_COUNTED = text("""
    SELECT wanted.id,
        coalesce(held.training_sessions, 0) AS training_sessions,
        coalesce(held.coaching_sessions, 0) AS coaching_sessions,
        coalesce(held.trainees, 0) AS trainees,
        coalesce(held.corrected, false) AS corrected,
        (SELECT count(DISTINCT stays.team_id) FROM residencies AS stays
            WHERE stays.space_id = wanted.id AND stays.from_on <= :last
            AND (stays.until_on IS NULL OR stays.until_on >= :first)) AS resident_teams,
        (SELECT count(DISTINCT teams.incorporated_as) FROM residencies AS stays
            JOIN teams ON teams.id = stays.team_id
            WHERE stays.space_id = wanted.id AND stays.ended_how = 'graduated'
            AND teams.incorporated_on BETWEEN :first AND :last) AS graduated_firms
    FROM unnest(CAST(:spaces AS uuid[])) AS wanted (id)
    LEFT JOIN (
        SELECT activities.space_id,
            sum(sessions) FILTER (WHERE kind = 'training') AS training_sessions,
            sum(sessions) FILTER (WHERE kind = 'coaching') AS coaching_sessions,
            sum(heads) FILTER (WHERE kind = 'training') AS trainees,
            bool_or(corrects_id IS NOT NULL) AS corrected
        FROM activities
        WHERE activities.space_id = ANY(CAST(:spaces AS uuid[])) AND held_on BETWEEN :first AND :last
        AND NOT EXISTS (SELECT FROM activities AS later WHERE later.corrects_id = activities.id)
        GROUP BY activities.space_id
    ) AS held ON held.space_id = wanted.id
""")
"""Numeric sums of bigint columns are read as Decimal and made int. What was corrected is not counted, but what replaced
it is."""


async def counted(
    connection: AsyncConnection, space_ids: Sequence[UUID], first: date, last: date
) -> dict[UUID, Counted]:
    """What spaces come to from a first to a last day, by space; each that was asked for is answered."""
    rows = await connection.execute(_COUNTED, {"spaces": list(space_ids), "first": first, "last": last})
    return {
        row.id: Counted(
            training_sessions=int(row.training_sessions),
            coaching_sessions=int(row.coaching_sessions),
            trainees=int(row.trainees),
            resident_teams=row.resident_teams,
            graduated_firms=row.graduated_firms,
            corrected=row.corrected,
        )
        for row in rows
    }
