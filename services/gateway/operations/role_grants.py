"""Gives and takes staff roles: one admin proposes, another seconds; taking away needs one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.clock import business_now, wall_clock
from services.chassis.database import Database, Mode
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, refuse_all
from services.gateway.domain import role_grant as domain
from services.gateway.domain.person import Person, lay_down, take_up
from services.gateway.domain.registration import name_faults
from services.gateway.domain.revocation import revoke
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.domain.roles import duty
from services.gateway.operations.links import make_link, new_person
from services.gateway.store import people, revocations
from services.gateway.store import role_grants as store
from services.gateway.vault import Vault


@dataclass(frozen=True)
class Admin:
    """The admin who acts, in which request."""

    person_id: UUID
    request_id: str


@dataclass(frozen=True)
class Proposal:
    """A role for a known person, or for a new one by name."""

    person_id: UUID | None
    name: str | None
    role: str
    bounds: Mapping[str, str | None]


async def propose_role_grant(database: Database, vault: Vault, asked: Proposal, *, by: Admin) -> RoleGrant:
    """The proposal, which gives nobody anything yet.

    Refusal of all faults; NotFound ``person.unknown``. A new person gets a login only when the role is seconded.
    """
    async with database.begin() as connection:
        person = await _person(connection, vault, asked)
        now = await business_now(connection)
        grant = domain.propose(
            id=new_id(), person_id=person.id, role=asked.role, bounds=asked.bounds, by=by.person_id, at=now
        )
        await store.add(connection, grant)
        await tasks.open_tasks(connection, [tasks.Task("role_grant.second", "role_grant", grant.id, "admin", now)])
        await _record(connection, grant, by, now)
    return grant


async def _person(connection: AsyncConnection, vault: Vault, asked: Proposal) -> Person:
    if asked.person_id is None:
        refuse_all(name_faults(asked.name or "", pointer="/name"))
        return await new_person(connection, vault, asked.name or "", at=await wall_clock(connection))
    return await _known(connection, asked.person_id)


async def second_role_grant(
    database: Database, grant_id: UUID, *, by: Admin, mode: Mode
) -> tuple[RoleGrant, str | None]:
    """The role in force, with a one-time token for a person who has no login yet, shown to the seconder only."""
    async with database.begin() as connection:
        grant = await _locked(connection, grant_id)
        person = await _known(connection, grant.person_id)
        held = await store.active_of(connection, person.id)
        now = await business_now(connection)
        grant = domain.second(grant, by=by.person_id, held=held, holds=person.duty, at=now)
        await people.save(connection, take_up(person, duty(grant.role)))
        await store.save(connection, grant)
        await _record(connection, grant, by, now)
        if await people.has_account(connection, person.id):
            await _outdate_tokens(connection, grant)
            return grant, None
        return grant, await make_link(connection, person, mode=mode)


async def decline_role_grant(database: Database, grant_id: UUID, *, by: Admin) -> RoleGrant:
    """The proposal turned down or taken back."""
    async with database.begin() as connection:
        grant = await _locked(connection, grant_id)
        now = await business_now(connection)
        grant = domain.decline(grant, by=by.person_id, at=now)
        await store.save(connection, grant)
        await _record(connection, grant, by, now)
    return grant


async def end_role_grant(database: Database, grant_id: UUID, *, by: Admin) -> RoleGrant:
    """The role taken away; tokens that name it count no more within two seconds."""
    async with database.begin() as connection:
        grant = await _locked(connection, grant_id)
        person = await _known(connection, grant.person_id)
        now = await business_now(connection)
        grant = domain.end(grant, by=by.person_id, at=now)
        await store.save(connection, grant)
        if not await store.active_of(connection, person.id):
            await people.save(connection, lay_down(person))
        await _outdate_tokens(connection, grant)
        await _record(connection, grant, by, now)
    return grant


async def list_role_grants(
    database: Database, *, state: str | None, after: str | None, limit: int
) -> tuple[list[RoleGrant], str | None]:
    """A page of grants, newest first."""
    async with database.read() as connection:
        return await store.find(connection, state=state, after=after, limit=limit)


async def _locked(connection: AsyncConnection, grant_id: UUID) -> RoleGrant:
    grant = await store.lock(connection, grant_id)
    if grant is None:
        raise NotFound("role_grant.unknown")
    return grant


async def _known(connection: AsyncConnection, person_id: UUID) -> Person:
    person = await people.read(connection, person_id, lock=True)
    if person is None or person.state == "erased":
        raise NotFound("person.unknown")
    return person


async def _outdate_tokens(connection: AsyncConnection, grant: RoleGrant) -> None:
    """Tokens say the old roles: a refresh gives new ones."""
    now = await wall_clock(connection)
    await revocations.append(connection, [revoke("person", show("per", grant.person_id), at=now)])


async def _record(connection: AsyncConnection, grant: RoleGrant, by: Admin, now: datetime) -> None:
    decision = Decision(
        subject_kind="role_grant",
        subject_id=grant.id,
        kind="role_grant",
        outcome=grant.state,
        actor=show("per", by.person_id),
        at=now,
        rule="four_eyes",
        numbers={"role": grant.role, "person": show("per", grant.person_id)},
        request_id=by.request_id,
    )
    await decisions.record(connection, [decision])
    if grant.state != "proposed":
        await tasks.close_tasks(connection, [grant.id], at=now)
