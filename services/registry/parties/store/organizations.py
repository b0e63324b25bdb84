"""Remembers organisations by credit code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.organization import (
    Organization,
    OrganizationFacts,
    OrganizationStatus,
    SizeClass,
    Succession,
    SuccessionHow,
)
from services.registry.parties.store.tables import Organizations
from services.registry.sight import Sight, region_in_sight

ORGANIZATIONS = Organizations.__table__
CHANGING = ("name", "region", "legal_form", "size_class", "registered_on")


@dataclass(frozen=True)
class OrganizationFilter:
    """Which organisations a list shows: each bound that is given narrows it."""

    uscc: str | None = None
    region: str | None = None
    name: str | None = None
    status: str | None = None


async def add(connection: AsyncConnection, organization: Organization, *, at: datetime, by: str) -> bool:
    """Record an organisation; False when one of the same code is there (a twin in flight is waited for)."""
    fixed = {"id": organization.id, "uscc": organization.facts.uscc, "recorded_at": at, "recorded_by": by}
    statement = (
        insert(ORGANIZATIONS).values({**_values(organization), **fixed}).on_conflict_do_nothing(index_elements=["uscc"])
    )
    return (await connection.execute(statement.returning(ORGANIZATIONS.c.id))).first() is not None


async def save(connection: AsyncConnection, organization: Organization) -> None:
    """Write down a locked organisation as it is now."""
    statement = update(ORGANIZATIONS).where(ORGANIZATIONS.c.id == organization.id).values(_values(organization))
    await connection.execute(statement)


async def bump(connection: AsyncConnection, ids: Sequence[UUID]) -> None:
    """Count a change of each organisation, or of what stands beside it."""
    statement = update(ORGANIZATIONS).where(ORGANIZATIONS.c.id.in_(ids))
    await connection.execute(statement.values(version=ORGANIZATIONS.c.version + 1))


async def lock(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    """Lock organisations in the order of their ids; those that do not exist are left out."""
    statement = select(ORGANIZATIONS).where(ORGANIZATIONS.c.id.in_(ids)).order_by(ORGANIZATIONS.c.id)
    return await _by_id(connection, statement.with_for_update())


async def read(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Organization]:
    """Organisations by id; those that do not exist are left out."""
    return await _by_id(connection, select(ORGANIZATIONS).where(ORGANIZATIONS.c.id.in_(ids)))


async def of_code(connection: AsyncConnection, uscc: str) -> Organization:
    """The organisation of a credit code that is known to be there."""
    return _organization((await connection.execute(select(ORGANIZATIONS).where(ORGANIZATIONS.c.uscc == uscc))).one())


async def find(
    connection: AsyncConnection, wanted: OrganizationFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Organization]:
    """Organisations in sight, by id, at most ``limit``. ``name`` is any part of the name, taken literally."""
    table = ORGANIZATIONS.c
    statement = select(ORGANIZATIONS).order_by(table.id).limit(limit)
    for column, value in ((table.uscc, wanted.uscc), (table.region, wanted.region), (table.status, wanted.status)):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.name is not None:
        statement = statement.where(table.name.contains(wanted.name, autoescape=True))
    if after is not None:
        statement = statement.where(table.id > after)
    if not sight.everything:
        statement = statement.where(or_(table.id == sight.organization, region_in_sight(table.region, sight.region)))
    return [_organization(row) for row in await connection.execute(statement)]


async def _by_id(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Organization]:
    return {row.id: _organization(row) for row in await connection.execute(statement)}


def _values(organization: Organization) -> dict[str, Any]:
    facts = {name: getattr(organization.facts, name) for name in CHANGING}
    ended = organization.succession
    return {
        **facts,
        "status": organization.status.value,
        "version": organization.version,
        "succeeded_how": None if ended is None else ended.how.value,
        "succeeded_on": None if ended is None else ended.on,
        "successor_id": None if ended is None else ended.successor_id,
        "succession_document_id": None if ended is None else ended.document_id,
    }


def _organization(row: Any) -> Organization:
    facts = OrganizationFacts(
        uscc=row.uscc,
        name=row.name,
        region=row.region,
        legal_form=row.legal_form,
        size_class=None if row.size_class is None else SizeClass(row.size_class),
        registered_on=row.registered_on,
    )
    return Organization(row.id, facts, OrganizationStatus(row.status), row.version, _succession(row))


def _succession(row: Any) -> Succession | None:
    if row.succeeded_how is None:
        return None
    how = SuccessionHow(row.succeeded_how)
    return Succession(how, row.succeeded_on, row.succession_document_id, row.successor_id)
