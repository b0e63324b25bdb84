"""Shows, disables, enables and erases persons; what is personal is opened only here, for who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.clock import wall_clock
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import show
from services.chassis.refusals import NotFound
from services.gateway.domain import person as domain
from services.gateway.domain.person import Person
from services.gateway.domain.revocation import revoke
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.domain.standing import Membership
from services.gateway.operations.role_grants import Admin
from services.gateway.store import clients, memberships, revocations, role_grants, sessions
from services.gateway.store import people as store
from services.gateway.vault import Vault


@dataclass(frozen=True)
class Profile:
    """A person with what only he and the gateway know, and everything he acts as."""

    person: Person
    personal: dict[str, str]
    memberships: list[Membership]
    grants: list[RoleGrant]


async def read_profile(database: Database, vault: Vault, person_id: UUID) -> Profile:
    """The person himself; NotFound ``person.unknown``, also once erased."""
    async with database.read() as connection:
        person = await store.read(connection, person_id)
        sealed = (await store.sealed_of(connection, [person_id])).get(person_id)
        if person is None or sealed is None:
            raise NotFound("person.unknown")
        active = await memberships.active_of(connection, person_id)
        granted = await role_grants.active_of(connection, person_id)
    return Profile(person, vault.open(person_id, sealed), active, granted)


async def disable_person(database: Database, person_id: UUID, *, by: Admin) -> Person:
    """No more logins: sessions end, clients he made are disabled, tokens of both count no more within two seconds."""
    async with database.begin() as connection:
        person = await _change(connection, person_id, lambda one: domain.disable(one, by=by.person_id), by)
        now = await wall_clock(connection)
        await sessions.end(connection, person_id, at=now)
        made = await clients.disable_made_by(connection, person_id, organization_id=None, at=now)
        revoked = [revoke("person", show("per", person_id), at=now)]
        revoked += [revoke("subject", show("cli", client_id), at=now) for client_id in made]
        await revocations.append(connection, revoked)
    return person


async def enable_person(database: Database, person_id: UUID, *, by: Admin) -> Person:
    """Logins again; sessions and clients stay ended."""
    async with database.begin() as connection:
        return await _change(connection, person_id, domain.enable, by)


async def erase_person(database: Database, person_id: UUID, *, by: Admin) -> Person:
    """Name, login, phone and device names are gone for ever; ids, roles and decisions stay whole."""
    async with database.begin() as connection:
        person = await _change(connection, person_id, domain.erase, by)
        await sessions.forget_devices(connection, person_id)
    return person


async def _change(
    connection: AsyncConnection, person_id: UUID, change: Callable[[Person], Person], by: Admin
) -> Person:
    person = await store.read(connection, person_id, lock=True)
    if person is None:
        raise NotFound("person.unknown")
    person = change(person)
    await store.save(connection, person)
    now = await wall_clock(connection)
    actor = show("per", by.person_id)
    decision = Decision("person", person_id, "person.state", person.state, actor, now, request_id=by.request_id)
    await decisions.record(connection, [decision])
    return person
