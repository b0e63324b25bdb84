"""Remembers which person acts for which organisation in which roles."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.gateway.domain.standing import Membership
from services.gateway.store.tables import Memberships
from services.standards.holding import Kind

MEMBERSHIPS = Memberships.__table__


async def add(connection: AsyncConnection, membership: Membership) -> None:
    """A new active membership."""
    values = {**vars(membership), "roles": list(membership.roles), "duty": "member"}
    await connection.execute(insert(MEMBERSHIPS).values(values))


async def save(connection: AsyncConnection, membership: Membership) -> None:
    """A membership's roles and state as they are now."""
    active = membership.state == "active"
    values = {
        "roles": list(membership.roles),
        "state": membership.state,
        "ended_at": membership.ended_at,
        "duty": "member" if active else None,
    }
    await connection.execute(update(MEMBERSHIPS).where(MEMBERSHIPS.c.id == membership.id).values(values))


async def lock(connection: AsyncConnection, membership_id: UUID) -> Membership | None:
    """One membership, locked."""
    statement = select(MEMBERSHIPS).where(MEMBERSHIPS.c.id == membership_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _membership(row)


async def active_of(connection: AsyncConnection, person_id: UUID) -> list[Membership]:
    """A person's active memberships, oldest first."""
    statement = select(MEMBERSHIPS).where(MEMBERSHIPS.c.person_id == person_id, MEMBERSHIPS.c.state == "active")
    rows = await connection.execute(statement.order_by(MEMBERSHIPS.c.since, MEMBERSHIPS.c.id))
    return [_membership(row) for row in rows]


async def find(
    connection: AsyncConnection, *, organization_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Membership], str | None]:
    """A page of memberships, newest first, of one organisation or of all."""
    statement = select(MEMBERSHIPS).order_by(MEMBERSHIPS.c.since.desc(), MEMBERSHIPS.c.id.desc()).limit(limit + 1)
    if organization_id is not None:
        statement = statement.where(MEMBERSHIPS.c.organization_id == organization_id)
    if after is not None:
        place = pages.instant_and_id(after)
        statement = statement.where(tuple_(MEMBERSHIPS.c.since, MEMBERSHIPS.c.id) < place)
    found = [_membership(row) for row in await connection.execute(statement)]
    return pages.cut(found, limit, lambda item: (item.since.isoformat(), str(item.id)))


def _membership(row: Any) -> Membership:
    return Membership(
        id=row.id,
        person_id=row.person_id,
        organization_id=row.organization_id,
        roles=tuple(row.roles),
        state=row.state,
        since=row.since,
        ended_at=row.ended_at,
        kind=Kind(row.kind),
    )
