"""Remembers what providers offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.providers.domain.offering import (
    Offering,
    OfferingFacts,
    OfferingKind,
    OfferingState,
    Terms,
)
from services.registry.providers.store.providers import PROVIDERS
from services.registry.providers.store.tables import Offerings
from services.registry.sight import Sight, region_in_sight

OFFERINGS = Offerings.__table__
_TERMS = tuple(Terms.__dataclass_fields__)


@dataclass(frozen=True)
class OfferingFilter:
    """Which offerings a list shows: each bound that is given narrows it."""

    provider: UUID | None = None
    category: str | None = None
    state: str | None = None
    kind: str | None = None


async def add(connection: AsyncConnection, offering: Offering, *, at: datetime, by: str) -> None:
    """Record an offering."""
    values = {**_values(offering), "id": offering.id, "provider_id": offering.provider_id}
    await connection.execute(insert(OFFERINGS).values({**values, "recorded_at": at, "recorded_by": by}))


async def save(connection: AsyncConnection, offering: Offering) -> None:
    """Write down a locked offering as it is now."""
    await connection.execute(update(OFFERINGS).where(OFFERINGS.c.id == offering.id).values(_values(offering)))


async def named(connection: AsyncConnection, provider_id: UUID, name: str) -> UUID | None:
    """The id of the provider's offering of this name that is not withdrawn."""
    table = OFFERINGS.c
    same = (table.provider_id == provider_id, table.name == name, table.state != OfferingState.WITHDRAWN.value)
    return (await connection.execute(select(table.id).where(*same))).scalar_one_or_none()


async def read(connection: AsyncConnection, offering_id: UUID) -> Offering | None:
    """One offering. Whoever changes it holds the lock of its provider's organisation."""
    row = (await connection.execute(select(OFFERINGS).where(OFFERINGS.c.id == offering_id))).one_or_none()
    return None if row is None else _offering(row)


async def current(connection: AsyncConnection, offering_id: UUID) -> Offering:
    """An offering that is known to be there, read under the lock of its provider's organisation."""
    return _offering((await connection.execute(select(OFFERINGS).where(OFFERINGS.c.id == offering_id))).one())


async def find(
    connection: AsyncConnection, wanted: OfferingFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Offering]:
    """Offerings in sight, by id, at most ``limit``."""
    table = OFFERINGS.c
    statement = (
        select(OFFERINGS)
        .join(PROVIDERS, PROVIDERS.c.id == table.provider_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
        .order_by(table.id)
        .limit(limit)
    )
    for column, value in (
        (table.provider_id, wanted.provider),
        (table.category, wanted.category),
        (table.state, wanted.state),
        (table.kind, wanted.kind),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(table.id > after)
    if not sight.everything:
        own = ORGANIZATIONS.c.id == sight.organization
        statement = statement.where(or_(own, region_in_sight(ORGANIZATIONS.c.region, sight.region)))
    return [_offering(row) for row in await connection.execute(statement)]


def _values(offering: Offering) -> dict[str, Any]:
    proposed = vars(offering.proposed) if offering.proposed is not None else dict.fromkeys(_TERMS)
    return {
        **vars(offering.facts),
        **{f"proposed_{name}": proposed[name] for name in _TERMS},
        "state": offering.state.value,
        "version": offering.version,
        "submitted_by": offering.submitted_by,
        "returned_because": offering.returned_because,
    }


def _offering(row: Any) -> Offering:
    facts = OfferingFacts(
        row.category, row.name, row.description, row.price, row.currency, row.unit, OfferingKind(row.kind)
    )
    waits = row.proposed_category is not None
    return Offering(
        id=row.id,
        provider_id=row.provider_id,
        facts=facts,
        state=OfferingState(row.state),
        version=row.version,
        proposed=Terms(*(getattr(row, f"proposed_{name}") for name in _TERMS)) if waits else None,
        submitted_by=row.submitted_by,
        returned_because=row.returned_because,
    )
