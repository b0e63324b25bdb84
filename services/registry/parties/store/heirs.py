"""Remembers who took up an organisation that ended, and what its heir is kept out for because of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.standing import Sanction
from services.registry.parties.store import standing

_HEIRS = text("""
    WITH RECURSIVE heirs (id) AS (
        SELECT CAST(:id AS uuid)
        UNION
        SELECT organizations.successor_id FROM heirs JOIN organizations ON organizations.id = heirs.id
        WHERE organizations.successor_id IS NOT NULL
    )
    SELECT id FROM heirs
""")
_FORMER = text("""
    WITH RECURSIVE former (heir, id) AS (
        SELECT successor_id, id FROM organizations WHERE successor_id = ANY(CAST(:ids AS uuid[]))
        UNION
        SELECT former.heir, organizations.id FROM former JOIN organizations ON organizations.successor_id = former.id
    )
    SELECT heir, id FROM former ORDER BY heir, id
""")


async def after(connection: AsyncConnection, organization_id: UUID) -> list[UUID]:
    """An organisation with whoever took it up, one after another: whose documents a sanction on it changes."""
    return [row.id for row in await connection.execute(_HEIRS, {"id": organization_id})]


async def sanctions_before(connection: AsyncConnection, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Sanction]]:
    """The sanctions on those whom these organisations took up, by heir: a ban does not end with a change of shells."""
    former: dict[UUID, list[UUID]] = defaultdict(list)
    for row in await connection.execute(_FORMER, {"ids": list(ids)}):
        former[row.id].append(row.heir)
    found: dict[UUID, list[Sanction]] = defaultdict(list)
    for sanction in await standing.sanctions_of(connection, list(former)) if former else ():
        for heir in former[sanction.organization_id]:
            found[heir].append(sanction)
    return found
