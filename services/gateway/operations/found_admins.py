"""Makes the first two admins, once: everybody after them is proposed by one admin and seconded by another."""

from collections.abc import Sequence

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.database import Database, Mode
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal, refuse_all
from services.gateway.domain import role_grant
from services.gateway.domain.person import take_up
from services.gateway.domain.registration import name_faults
from services.gateway.domain.roles import Duty
from services.gateway.operations.links import make_link, new_person
from services.gateway.store import people, role_grants
from services.gateway.vault import Vault

SEATS = 2


async def found_admins(database: Database, vault: Vault, names: Sequence[str], *, mode: Mode) -> list[str]:
    """One one-time token for each of two persons.

    Refusal ``admins.two`` unless there are two names, ``admins.founded`` when it was done before.
    """
    if len(names) != SEATS:
        raise Refusal("admins.two", rule="four_eyes")
    refuse_all([fault for name in names for fault in name_faults(name, pointer="/name")])
    tokens = []
    async with database.begin() as connection:
        if await role_grants.founders(connection):
            raise Refusal("admins.founded", rule="once")
        now = await business_now(connection)
        for seat, name in enumerate(names, start=1):
            person = await new_person(connection, vault, name, at=now)
            await people.save(connection, take_up(person, Duty.ADMIN))
            grant = role_grant.found(id=new_id(), person_id=person.id, seat=seat, at=now)
            await role_grants.add(connection, grant)
            tokens.append(await make_link(connection, person, mode=mode))
            decision = Decision("role_grant", grant.id, "role_grant.found", "active", "command line", now)
            await decisions.record(connection, [decision])
    return tokens
