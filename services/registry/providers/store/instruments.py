"""Remembers the instruments that providers let others use."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.regions import lies_in
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.providers.domain.instrument import Instrument, InstrumentFacts, InstrumentState
from services.registry.providers.store.providers import PROVIDERS
from services.registry.providers.store.tables import Instruments
from services.registry.sight import Sight, region_in_sight

INSTRUMENTS = Instruments.__table__
_FACTS = tuple(InstrumentFacts.__dataclass_fields__)


@dataclass(frozen=True)
class InstrumentFilter:
    """Which instruments a list shows: each bound that is given narrows it; region: where they stand."""

    provider: UUID | None = None
    category: str | None = None
    state: str | None = None
    region: str | None = None


async def add(connection: AsyncConnection, instrument: Instrument, *, at: datetime, by: str) -> None:
    """Record an instrument."""
    values = {**_values(instrument), "id": instrument.id, "provider_id": instrument.provider_id}
    await connection.execute(insert(INSTRUMENTS).values({**values, "recorded_at": at, "recorded_by": by}))


async def save(connection: AsyncConnection, instrument: Instrument) -> None:
    """Write down an instrument as it is now; whoever changes it holds its provider's organisation."""
    statement = update(INSTRUMENTS).where(INSTRUMENTS.c.id == instrument.id)
    await connection.execute(statement.values(_values(instrument)))


async def named(connection: AsyncConnection, provider_id: UUID, name: str) -> UUID | None:
    """The id of the provider's instrument of this name that is not withdrawn."""
    table = INSTRUMENTS.c
    same = (table.provider_id == provider_id, table.name == name, table.state != InstrumentState.WITHDRAWN.value)
    return (await connection.execute(select(table.id).where(*same))).scalar_one_or_none()


async def read(connection: AsyncConnection, instrument_id: UUID) -> Instrument | None:
    """One instrument."""
    row = (await connection.execute(select(INSTRUMENTS).where(INSTRUMENTS.c.id == instrument_id))).one_or_none()
    return None if row is None else _instrument(row)


async def current(connection: AsyncConnection, instrument_id: UUID) -> Instrument:
    """An instrument that is known to be there, read under the lock of its provider's organisation."""
    return _instrument((await connection.execute(select(INSTRUMENTS).where(INSTRUMENTS.c.id == instrument_id))).one())


async def find(
    connection: AsyncConnection, wanted: InstrumentFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Instrument]:
    """Instruments in sight, by id, at most ``limit``: whose provider is the reader's or of his region."""
    table = INSTRUMENTS.c
    statement = (
        select(INSTRUMENTS)
        .join(PROVIDERS, PROVIDERS.c.id == table.provider_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
        .order_by(table.id)
        .limit(limit)
    )
    bounds = ((table.provider_id, wanted.provider), (table.category, wanted.category), (table.state, wanted.state))
    for column, value in bounds:
        if value is not None:
            statement = statement.where(column == value)
    if wanted.region is not None:
        statement = statement.where(lies_in(table.region, wanted.region))
    if after is not None:
        statement = statement.where(table.id > after)
    if not sight.everything:
        own = ORGANIZATIONS.c.id == sight.organization
        statement = statement.where(or_(own, region_in_sight(ORGANIZATIONS.c.region, sight.region)))
    return [_instrument(row) for row in await connection.execute(statement)]


def _values(instrument: Instrument) -> dict[str, Any]:
    return {**vars(instrument.facts), "state": instrument.state.value, "version": instrument.version}


def _instrument(row: Any) -> Instrument:
    facts = InstrumentFacts(**{name: getattr(row, name) for name in _FACTS})
    return Instrument(row.id, row.provider_id, facts, InstrumentState(row.state), row.version)
