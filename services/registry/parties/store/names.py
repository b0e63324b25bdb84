"""Remembers every name that an organisation has or had."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.naming import Name
from services.registry.parties.store.fact_tables import OrganizationNames

NAMES = OrganizationNames.__table__


async def write(connection: AsyncConnection, name: Name, *, at: datetime, by: str) -> None:
    """Write down a name as it is now; one that is kept keeps who recorded it, and when."""
    changing = {"name": name.text, "from_on": name.period.start, "until_on": name.period.until}
    fixed = {
        "id": name.id,
        "organization_id": name.organization_id,
        "document_id": name.document_id,
        "recorded_at": at,
        "recorded_by": by,
    }
    statement = insert(NAMES).values({**changing, **fixed})
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changing))


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Name]:
    """Their names, oldest first; none of an organisation that the release before recorded."""
    statement = select(NAMES).where(NAMES.c.organization_id.in_(ids)).order_by(NAMES.c.from_on, NAMES.c.id)
    return [
        Name(row.id, row.organization_id, row.name, Period(row.from_on, row.until_on), row.document_id)
        for row in await connection.execute(statement)
    ]
