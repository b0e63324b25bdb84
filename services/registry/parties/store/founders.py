"""Remembers of which classes persons are and what they founded; append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.founder import FounderClass, FounderRole, Founding
from services.registry.parties.store.people_tables import FounderClasses, Founders

CLASSES = FounderClasses.__table__
FOUNDERS = Founders.__table__
_TEAM = text("SELECT true FROM teams WHERE id = :id")
"""Teams are a wing's above, whose rows are never deleted."""


async def add_class(connection: AsyncConnection, one: FounderClass, *, at: datetime, by: str) -> None:
    """Record of which class a person is."""
    values = {
        "id": one.id,
        "person_id": one.person_id,
        "class": one.kind,
        "from_on": one.period.start,
        "until_on": one.period.until,
        "employer": one.employer,
        "kept_until": one.kept_until,
        "document_id": one.document_id,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(CLASSES).values(values))


async def add_founding(connection: AsyncConnection, one: Founding, *, at: datetime, by: str) -> None:
    """Record what a person founded."""
    values = {
        "id": one.id,
        "person_id": one.person_id,
        "organization_id": one.organization_id,
        "team_id": one.team_id,
        "role": one.role.value,
        "from_on": one.period.start,
        "until_on": one.period.until,
        "document_id": one.document_id,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(FOUNDERS).values(values))


async def classes_of(connection: AsyncConnection, person_id: UUID) -> list[FounderClass]:
    """Of which classes a person is or was, oldest first."""
    statement = select(CLASSES).where(CLASSES.c.person_id == person_id).order_by(CLASSES.c.from_on, CLASSES.c.id)
    return [_class(row) for row in await connection.execute(statement)]


async def foundings_of(connection: AsyncConnection, person_id: UUID) -> list[Founding]:
    """What a person founded or leads, oldest first."""
    statement = select(FOUNDERS).where(FOUNDERS.c.person_id == person_id).order_by(FOUNDERS.c.from_on, FOUNDERS.c.id)
    return [_founding(row) for row in await connection.execute(statement)]


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Founding]:
    """Who founded or leads these organisations, or did, oldest first."""
    statement = select(FOUNDERS).where(FOUNDERS.c.organization_id.in_(ids))
    return [_founding(row) for row in await connection.execute(statement.order_by(FOUNDERS.c.from_on, FOUNDERS.c.id))]


async def has_team(connection: AsyncConnection, team_id: UUID) -> bool:
    """Whether there is such a team."""
    return (await connection.execute(_TEAM, {"id": team_id})).first() is not None


def _class(row: Any) -> FounderClass:
    period = Period(row.from_on, row.until_on)
    kind = row._mapping["class"]
    return FounderClass(row.id, row.person_id, kind, period, row.document_id, row.employer, row.kept_until)


def _founding(row: Any) -> Founding:
    period = Period(row.from_on, row.until_on)
    role = FounderRole(row.role)
    return Founding(row.id, row.person_id, row.organization_id, row.team_id, role, period, row.document_id)
