"""Remembers registration cases and which of them claim the same credit code."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.gateway.domain.registration import OrganizationClaim, Registration
from services.gateway.store.tables import Registrations

REGISTRATIONS = Registrations.__table__


async def claims_on(connection: AsyncConnection, uscc: str) -> list[Registration]:
    """All cases on a credit code that were not rejected, oldest first; the code is locked until the end."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(uscc, 0))))
    statement = select(REGISTRATIONS).where(REGISTRATIONS.c.uscc == uscc, REGISTRATIONS.c.state != "rejected")
    rows = await connection.execute(statement.order_by(REGISTRATIONS.c.submitted_at, REGISTRATIONS.c.id))
    return [_registration(row) for row in rows]


async def add(connection: AsyncConnection, registration: Registration) -> None:
    """A new case."""
    values = {**vars(registration), "claim": _document(registration.claim), "uscc": registration.claim.uscc}
    await connection.execute(insert(REGISTRATIONS).values({**values, "roles": list(registration.roles)}))


async def save(connection: AsyncConnection, registration: Registration) -> None:
    """A case's state and decision as they are now."""
    names = ("state", "contested", "organization_id", "decided_by", "decided_at", "reason")
    values = {name: getattr(registration, name) for name in names}
    await connection.execute(update(REGISTRATIONS).where(REGISTRATIONS.c.id == registration.id).values(values))


async def read(connection: AsyncConnection, registration_id: UUID, *, lock: bool = False) -> Registration | None:
    """One case, locked where asked."""
    statement = select(REGISTRATIONS).where(REGISTRATIONS.c.id == registration_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _registration(row)


async def same(
    connection: AsyncConnection, person_id: UUID, claim: OrganizationClaim, roles: Sequence[str]
) -> Registration | None:
    """The earliest case in which this person claimed exactly this."""
    statement = select(REGISTRATIONS).where(REGISTRATIONS.c.person_id == person_id, REGISTRATIONS.c.uscc == claim.uscc)
    rows = await connection.execute(statement.order_by(REGISTRATIONS.c.submitted_at, REGISTRATIONS.c.id))
    cases = [_registration(row) for row in rows]
    return next((case for case in cases if case.claim == claim and case.roles == tuple(roles)), None)


async def find(
    connection: AsyncConnection, *, person_id: UUID | None, state: str | None, after: str | None, limit: int
) -> tuple[list[Registration], str | None]:
    """A page of cases, oldest first, of one person or of all."""
    order = (REGISTRATIONS.c.submitted_at, REGISTRATIONS.c.id)
    statement = select(REGISTRATIONS).order_by(*order).limit(limit + 1)
    if person_id is not None:
        statement = statement.where(REGISTRATIONS.c.person_id == person_id)
    if state is not None:
        statement = statement.where(REGISTRATIONS.c.state == state)
    if after is not None:
        statement = statement.where(tuple_(*order) > pages.instant_and_id(after))
    found = [_registration(row) for row in await connection.execute(statement)]
    return pages.cut(found, limit, lambda item: (item.submitted_at.isoformat(), str(item.id)))


def _document(claim: OrganizationClaim) -> dict[str, Any]:
    registered_on = None if claim.registered_on is None else claim.registered_on.isoformat()
    return {**vars(claim), "registered_on": registered_on}


def _registration(row: Any) -> Registration:
    registered_on = row.claim["registered_on"]
    return Registration(
        id=row.id,
        person_id=row.person_id,
        claim=OrganizationClaim(
            **{**row.claim, "registered_on": None if registered_on is None else date.fromisoformat(registered_on)}
        ),
        roles=tuple(row.roles),
        state=row.state,
        contested=row.contested,
        submitted_at=row.submitted_at,
        organization_id=row.organization_id,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
