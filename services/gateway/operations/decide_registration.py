"""Confirms or rejects a claim to act for an organisation.

The registry is asked between two transactions. A power cut after it answered leaves an organisation without a
member: the case is still open, and confirming again finds the same organisation.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.clock import business_now
from services.chassis.database import Database, Mode
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.gateway.domain import registration as domain
from services.gateway.domain.person import take_up
from services.gateway.domain.registration import Registration
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Membership, join
from services.gateway.neighbours import OrganizationBook
from services.gateway.store import memberships, people, registrations


@dataclass(frozen=True)
class By:
    """Who decides, in which request."""

    actor: str
    request_id: str


async def confirm_registration(
    database: Database, registry: OrganizationBook, registration_id: UUID, *, by: By, reason: str | None, mode: Mode
) -> Registration:
    """The claimant becomes a member of the organisation; Refusals of domain and registry leave the case open."""
    case = await _open_case(database, registration_id, reason)
    organization_id = await registry.organization(case.claim, mode=mode)
    async with database.begin() as connection:
        case = await _locked(connection, registration_id)
        now = await business_now(connection)
        case = domain.confirm(case, organization_id=organization_id, by=by.actor, reason=reason, at=now)
        await registrations.save(connection, case)
        await _admit(connection, case, organization_id, now)
        await _record(connection, case, by, now)
    return case


async def _open_case(database: Database, registration_id: UUID, reason: str | None) -> Registration:
    async with database.read() as connection:
        case = await registrations.read(connection, registration_id)
    if case is None:
        raise NotFound("registration.unknown")
    domain.refuse_confirming(case, reason=reason)
    return case


async def _admit(connection: AsyncConnection, case: Registration, organization_id: UUID, now: datetime) -> None:
    person = await people.lock(connection, case.person_id)
    await people.save(connection, take_up(person, Duty.MEMBER))
    held = [one for one in await memberships.active_of(connection, person.id) if one.organization_id == organization_id]
    if held:
        await memberships.save(connection, join(held[0], case.roles))
    else:
        fresh = Membership(new_id(), person.id, organization_id, case.roles, "active", since=now)
        await memberships.add(connection, fresh)


async def reject_registration(database: Database, registration_id: UUID, *, by: By, reason: str) -> Registration:
    """The claimant is told no, and why."""
    async with database.begin() as connection:
        case = await _locked(connection, registration_id)
        now = await business_now(connection)
        case = domain.reject(case, by=by.actor, reason=reason, at=now)
        await registrations.save(connection, case)
        await _record(connection, case, by, now)
    return case


async def _locked(connection: AsyncConnection, registration_id: UUID) -> Registration:
    case = await registrations.read(connection, registration_id, lock=True)
    if case is None:
        raise NotFound("registration.unknown")
    return case


async def _record(connection: AsyncConnection, case: Registration, by: By, now: datetime) -> None:
    decision = Decision(
        subject_kind="registration",
        subject_id=case.id,
        kind="registration.decide",
        outcome=case.state,
        actor=by.actor,
        at=now,
        rule="contest_reason" if case.contested else None,
        numbers={"reason": case.reason, "contested": case.contested},
        request_id=by.request_id,
    )
    await decisions.record(connection, [decision])
    await tasks.close_tasks(connection, [case.id], at=now)
