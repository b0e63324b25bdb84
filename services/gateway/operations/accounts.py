"""Opens accounts for those who have no credit code to claim: the core members of a team, and natural persons.

Whoever opens one has seen the person's paper. The registry is asked before the transaction: a power cut leaves nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from services.chassis import decisions
from services.chassis.clock import business_now, wall_clock
from services.chassis.database import Database, Mode
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.gateway.domain.person import take_up
from services.gateway.domain.registration import name_faults
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Membership
from services.gateway.neighbours import HolderBook
from services.gateway.operations.decide_registration import By
from services.gateway.operations.links import make_link, new_person
from services.gateway.store import memberships, people
from services.gateway.vault import Vault
from services.standards.holding import Holder, Kind

ROLES = ("holder",)
"""What a team or a person may be: neither is admitted as a provider, nor runs a space."""


@dataclass(frozen=True)
class Account:
    """Who shall act, for which team or person. member: which core member of the team he is, by the registry."""

    holder: Holder
    member: UUID | None
    name: str


async def open_account(
    database: Database, vault: Vault, book: HolderBook, asked: Account, *, by: By, mode: Mode
) -> tuple[Membership, str]:
    """The new membership, and the token of the one-time link with which the person sets login and password.

    Refusals ``registration.name``, ``membership.organization``, ``membership.holder_unknown``,
    ``membership.holder_state``, ``membership.not_a_member``, ``registration.registry_silent``.
    """
    refuse_all(name_faults(asked.name, pointer="/name"))
    holder = asked.holder
    if holder.kind is Kind.ORGANIZATION:
        raise Refusal("membership.organization", rule="registration", pointer="/holder")
    members = await book.members(holder, mode=mode)
    if (asked.member is None and holder.kind is Kind.TEAM) or asked.member not in (None, *members):
        raise Refusal("membership.not_a_member", rule="core_members", pointer="/member")
    async with database.begin() as connection:
        person = await new_person(connection, vault, asked.name, at=await wall_clock(connection))
        await people.save(connection, take_up(person, Duty.MEMBER))
        now = await business_now(connection)
        membership = Membership(new_id(), person.id, holder.id, ROLES, "active", since=now, kind=holder.kind)
        await memberships.add(connection, membership)
        token = await make_link(connection, person, mode=mode)
        decision = Decision(
            subject_kind="membership",
            subject_id=membership.id,
            kind="membership.open",
            outcome="active",
            actor=by.actor,
            at=now,
            rule="core_members" if holder.kind is Kind.TEAM else None,
            numbers={"holder": holder.shown, "member": None if asked.member is None else show("per", asked.member)},
            request_id=by.request_id,
        )
        await decisions.record(connection, [decision])
    return membership, token
