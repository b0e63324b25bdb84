"""Remembers the versions of indicator systems."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.assessment.domain.dossier import facts_document, facts_of
from services.registry.assessment.domain.indicator_system import IndicatorSystem, SystemFacts, SystemState
from services.registry.assessment.store.tables import IndicatorSystems

SYSTEMS = IndicatorSystems.__table__


async def add(connection: AsyncConnection, system: IndicatorSystem, *, at: datetime) -> bool:
    """Record a version; False when another of its number was recorded at the same moment."""
    statement = insert(SYSTEMS).values(
        id=system.id,
        code=system.facts.code,
        number=system.number,
        facts=facts_document(system.facts),
        state=system.state.value,
        made_by=system.made_by,
        made_at=at,
    )
    statement = statement.on_conflict_do_nothing()
    return (await connection.execute(statement.returning(SYSTEMS.c.id))).first() is not None


async def save(connection: AsyncConnection, system: IndicatorSystem, *, published_at: datetime | None = None) -> None:
    """Write down the state of a locked version, and who published it when it was published just now."""
    values: dict[str, Any] = {"state": system.state.value}
    if published_at is not None:
        values |= {"published_by": system.published_by, "published_at": published_at}
    await connection.execute(update(SYSTEMS).where(SYSTEMS.c.id == system.id).values(values))


async def lock(connection: AsyncConnection, code: str) -> list[IndicatorSystem]:
    """Lock all versions of a code, the oldest first."""
    statement = select(SYSTEMS).where(SYSTEMS.c.code == code).order_by(SYSTEMS.c.number)
    return await _read(connection, statement.with_for_update(key_share=True))


async def read(connection: AsyncConnection, system_id: UUID) -> IndicatorSystem | None:
    """One version."""
    found = await _read(connection, select(SYSTEMS).where(SYSTEMS.c.id == system_id))
    return found[0] if found else None


async def facts(connection: AsyncConnection, system_id: UUID) -> SystemFacts:
    """What a version that is known to be there says."""
    statement = select(SYSTEMS.c.facts).where(SYSTEMS.c.id == system_id)
    return facts_of((await connection.execute(statement)).scalar_one())


async def find(
    connection: AsyncConnection, *, code: str | None, state: str | None, after: UUID | None, limit: int
) -> list[IndicatorSystem]:
    """Versions by id, at most ``limit``."""
    statement = select(SYSTEMS).order_by(SYSTEMS.c.id).limit(limit)
    for column, value in ((SYSTEMS.c.code, code), (SYSTEMS.c.state, state)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(SYSTEMS.c.id > after)
    return await _read(connection, statement)


async def _read(connection: AsyncConnection, statement: Select[Any]) -> list[IndicatorSystem]:
    return [
        IndicatorSystem(row.id, row.number, facts_of(row.facts), SystemState(row.state), row.made_by, row.published_by)
        for row in await connection.execute(statement)
    ]
