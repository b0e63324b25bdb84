"""Remembers what organisations are besides, as provider and as operator of spaces.

Read from the tables of the wings above, whose writers hold the organisation's lock: an organisation's document tells
of both, and a copy of them here could differ from what they are.
"""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.role import Admitted, ProviderRole

_PROVIDERS = text("""
    SELECT providers.organization_id, providers.id, providers.state,
        admissions.category, admissions.from_on, admissions.until_on
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
        admissions = [Admitted(row.category, Period(row.from_on, row.until_on)) for row in of if row.category]
        found[one] = ProviderRole(of[0].id, of[0].state, tuple(admissions))
    return found


async def spaces(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The spaces that these organisations run, oldest first, by organisation."""
    rows = await connection.execute(_SPACES, {"ids": list(ids)})
    return {one: [row.id for row in group] for one, group in groupby(rows, key=lambda row: row.operator_id)}
