"""Remembers what organisations are besides, as provider and as operator of spaces.

Read from the tables of the wings above, whose writers hold the organisation's lock: an organisation's document tells
of both, and a copy of them here could differ from what they are.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.role import Admitted, ProviderRole, in_effect

LEVELS = "ARRAY['county', 'city', 'province', 'national']"
CARRIES = f"array_position({LEVELS}, recognitions.level) >= array_position({LEVELS}, admissions.least_level)"
"""Whether a recognition is of the level that an admission by a space needs, or a higher one."""
GROUND_ENDS = f"""
    CASE admissions.ground
        WHEN 'qualification' THEN (
            SELECT least(qualifications.until_on, qualifications.ended_on)
            FROM qualifications WHERE qualifications.id = admissions.ground_id
        )
        WHEN 'carrier' THEN (
            SELECT nullif(coalesce(max(coalesce(upper(span) - 1, 'infinity')), admissions.from_on - 1), 'infinity')
            FROM (
                SELECT unnest(range_agg(daterange(decided_on, ended_on, '[)'))) AS span
                FROM recognitions
                WHERE recognitions.space_id = admissions.ground_id AND {CARRIES}
            ) AS spans
            WHERE span @> admissions.from_on
        )
    END
"""
"""The last day on which an admission's ground carries it, NULL while no end is known: a certificate's own, or the last
one of the days without a gap on which a space is recognised highly enough; a later recognition is another ground.
"""
_PROVIDERS = text(f"""
    SELECT providers.organization_id, providers.id, providers.state,
        admissions.category, admissions.from_on, admissions.until_on, admissions.schemes,
        least(admissions.ended_on, {GROUND_ENDS}) AS ground_ends
    FROM providers LEFT JOIN admissions ON admissions.provider_id = providers.id
    WHERE providers.organization_id = ANY(CAST(:ids AS uuid[]))
    ORDER BY providers.organization_id, admissions.from_on, admissions.id
""")
_SPACES = text(
    "SELECT operator_id, id FROM spaces WHERE operator_id = ANY(CAST(:ids AS uuid[])) ORDER BY operator_id, id"
)


async def providers(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, ProviderRole]:
    """What these organisations are as providers, by organisation; those that are none are left out."""
    rows = await connection.execute(_PROVIDERS, {"ids": list(ids)})
    found = {}
    for one, group in groupby(rows, key=lambda row: row.organization_id):
        of = list(group)
        admissions = [_admitted(row) for row in of if row.category]
        found[one] = ProviderRole(of[0].id, of[0].state, tuple(admissions))
    return found


def _admitted(row: Any) -> Admitted:
    period = in_effect(Period(row.from_on, row.until_on), row.ground_ends)
    return Admitted(row.category, period, tuple(row.schemes))


async def spaces(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The spaces that these organisations run, oldest first, by organisation."""
    rows = await connection.execute(_SPACES, {"ids": list(ids)})
    return {one: [row.id for row in group] for one, group in groupby(rows, key=lambda row: row.operator_id)}
