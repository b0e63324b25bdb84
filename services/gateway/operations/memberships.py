"""Lets members invite others to act for their organisation, and ends memberships."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis import decisions
from services.chassis.clock import business_now, wall_clock
from services.chassis.database import Database, Mode
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.gateway.domain.person import lay_down, take_up
from services.gateway.domain.registration import name_faults
from services.gateway.domain.revocation import revoke
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Membership, leave
from services.gateway.operations.links import make_link, new_person
from services.gateway.store import clients, people, revocations
from services.gateway.store import memberships as store
from services.gateway.vault import Vault
from services.standards.holding import Holder


@dataclass(frozen=True)
class Invitation:
    """Somebody new who shall act for the inviter's organisation or team, in some of the inviter's roles."""

    holder: Holder
    inviter_id: UUID
    name: str
    roles: tuple[str, ...]


async def invite(database: Database, vault: Vault, asked: Invitation, *, mode: Mode) -> tuple[Membership, str]:
    """The new membership, and the token of the one-time link with which the person sets login and password."""
    async with database.begin() as connection:
        held = await store.active_of(connection, asked.inviter_id)
        own = {role for m in held if m.organization_id == asked.holder.id for role in m.roles}
        faults = name_faults(asked.name, pointer="/name")
        if not asked.roles or not set(asked.roles) <= own:
            numbers = {"own": ", ".join(sorted(own))}
            faults.append(Reason("invitation.roles", rule="roles_within_own", pointer="/roles", numbers=numbers))
        refuse_all(faults)
        person = await new_person(connection, vault, asked.name, at=await wall_clock(connection))
        await people.save(connection, take_up(person, Duty.MEMBER))
        now = await business_now(connection)
        roles = tuple(sorted(set(asked.roles)))
        holder = asked.holder
        membership = Membership(new_id(), person.id, holder.id, roles, "active", since=now, kind=holder.kind)
        await store.add(connection, membership)
        token = await make_link(connection, person, mode=mode)
        actor = show("per", asked.inviter_id)
        decision = Decision("membership", membership.id, "membership.invite", "active", actor, now)
        await decisions.record(connection, [decision])
    return membership, token


async def end_membership(
    database: Database, membership_id: UUID, *, actor: str, within: UUID | None = None
) -> Membership:
    """He acts for the organisation no more, nor do the clients he made for it.

    within: the only organisation whose memberships may be ended, None for any. NotFound ``membership.unknown``.
    """
    async with database.begin() as connection:
        membership = await store.lock(connection, membership_id)
        if membership is None or within not in (None, membership.organization_id):
            raise NotFound("membership.unknown")
        person = await people.lock(connection, membership.person_id)
        if actor == show("per", person.id):
            raise Refusal("membership.own", rule="four_eyes")
        now = await business_now(connection)
        membership = leave(membership, at=now)
        await store.save(connection, membership)
        if not await store.active_of(connection, person.id):
            await people.save(connection, lay_down(person))
        real = await wall_clock(connection)
        made = await clients.disable_made_by(connection, person.id, organization_id=membership.organization_id, at=real)
        revoked = [revoke("person", show("per", person.id), at=real)]
        revoked += [revoke("subject", show("cli", client_id), at=real) for client_id in made]
        await revocations.append(connection, revoked)
        decision = Decision("membership", membership.id, "membership.end", "ended", actor, now)
        await decisions.record(connection, [decision])
    return membership


async def list_memberships(
    database: Database, *, organization_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Membership], str | None]:
    """A page of memberships, newest first."""
    async with database.read() as connection:
        return await store.find(connection, organization_id=organization_id, after=after, limit=limit)
