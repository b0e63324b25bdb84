"""Remembers staff roles: who proposed, who seconded, and the first two admins."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.domain.roles import duty
from services.gateway.store.tables import RoleGrants

GRANTS = RoleGrants.__table__


async def add(connection: AsyncConnection, grant: RoleGrant) -> None:
    """A new grant."""
    await connection.execute(insert(GRANTS).values({**vars(grant), "office": grant.office, "duty": _duty(grant)}))


async def save(connection: AsyncConnection, grant: RoleGrant) -> None:
    """A grant's state as it is now."""
    names = ("state", "seconded_by", "seconded_at", "ended_by", "ended_at")
    values = {name: getattr(grant, name) for name in names}
    await connection.execute(update(GRANTS).where(GRANTS.c.id == grant.id).values(**values, duty=_duty(grant)))


async def lock(connection: AsyncConnection, grant_id: UUID) -> RoleGrant | None:
    """One grant, locked."""
    statement = select(GRANTS).where(GRANTS.c.id == grant_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _grant(row)


async def active_of(connection: AsyncConnection, person_id: UUID) -> list[RoleGrant]:
    """A person's active staff roles."""
    statement = select(GRANTS).where(GRANTS.c.person_id == person_id, GRANTS.c.state == "active")
    return [_grant(row) for row in await connection.execute(statement.order_by(GRANTS.c.id))]


async def founders(connection: AsyncConnection) -> int:
    """How many of the first two admins there are already; the question is locked until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("bootstrap", 0))))
    statement = select(func.count()).where(GRANTS.c.bootstrap_seat.is_not(None))
    return int((await connection.execute(statement)).scalar_one())


async def find(
    connection: AsyncConnection, *, state: str | None, after: str | None, limit: int
) -> tuple[list[RoleGrant], str | None]:
    """A page of grants, newest first."""
    order = (GRANTS.c.proposed_at, GRANTS.c.id)
    statement = select(GRANTS).order_by(order[0].desc(), order[1].desc()).limit(limit + 1)
    if state is not None:
        statement = statement.where(GRANTS.c.state == state)
    if after is not None:
        statement = statement.where(tuple_(*order) < pages.instant_and_id(after))
    found = [_grant(row) for row in await connection.execute(statement)]
    return pages.cut(found, limit, lambda item: (item.proposed_at.isoformat(), str(item.id)))


def _duty(grant: RoleGrant) -> str | None:
    return duty(grant.role).value if grant.state == "active" else None


def _grant(row: Any) -> RoleGrant:
    return RoleGrant(**{name: getattr(row, name) for name in RoleGrant.__dataclass_fields__})
