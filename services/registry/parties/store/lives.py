"""Remembers in which teams a person is or was, and where these and what he founded live or lived.

Read from the tables of the wing above, whose rows name persons: a copy of them here could differ from what they are.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.life import Membership, Stay

_TEAMS = text("""
    SELECT teams.id, teams.incorporated_as, teams.incorporated_on, teams.core_members @> :person AS is_member,
        (SELECT min(residencies.from_on) FROM residencies WHERE residencies.team_id = teams.id) AS from_on
    FROM teams
    WHERE (teams.core_members || teams.past_members) @> :person
    ORDER BY teams.id
""")
_STAYS = text("""
    SELECT id, space_id, team_id, organization_id, from_on, until_on, ended_how FROM residencies
    WHERE coalesce(team_id, organization_id) = ANY(CAST(:residents AS uuid[]))
    ORDER BY from_on, id
""")


async def memberships_of(connection: AsyncConnection, person_id: UUID) -> list[Membership]:
    """The teams whose core member a person is or was."""
    return [_membership(row) for row in await connection.execute(_TEAMS, {"person": [person_id]})]


async def stays_of(connection: AsyncConnection, residents: Sequence[UUID]) -> list[Stay]:
    """Where these teams and organisations live or lived, oldest first."""
    rows = await connection.execute(_STAYS, {"residents": list(residents)})
    return [
        Stay(row.space_id, row.team_id, row.organization_id, Period(row.from_on, row.until_on), row.ended_how)
        for row in rows
    ]


def _membership(row: Any) -> Membership:
    return Membership(row.id, row.from_on, row.incorporated_on, row.incorporated_as, is_member=row.is_member)
