"""Decides about machine clients: what they may be, and who may make one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.gateway.domain.registration import name_faults
from services.gateway.domain.standing import Membership

CLIENTS_PER_ORGANIZATION = 50


State = Literal["active", "disabled"]
Kind = Literal["program", "device"]


@dataclass(frozen=True)
class Client:
    """A program or device that acts for an organisation, or one of our services: active → disabled."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    state: State
    made_at: datetime
    organization_id: UUID | None = None
    made_by: UUID | None = None
    rotated_at: datetime | None = None
    disabled_at: datetime | None = None
    kind: Kind = "program"
    last_used_at: datetime | None = None

    @property
    def service(self) -> bool:
        """Whether it is one of our own services."""
        return self.organization_id is None


def client_faults(name: str, roles: Sequence[str], maker: Membership) -> list[Reason]:
    """What is wrong with a client's name, or with roles that are none or more than its maker's in his organisation."""
    faults = name_faults(name, pointer="/name")
    if not roles or not set(roles) <= set(maker.roles):
        numbers = {"own": ", ".join(sorted(maker.roles))}
        faults.append(Reason("client.roles", rule="roles_within_own", pointer="/roles", numbers=numbers))
    return faults


def make(
    *, id: UUID, name: str, roles: Sequence[str], maker: Membership, at: datetime, kind: Kind = "program"
) -> Client:
    """A client with some of its maker's roles in his organisation; Refusal of all faults at once."""
    refuse_all(client_faults(name, roles, maker))
    return Client(
        id=id,
        name=name,
        roles=tuple(sorted(set(roles))),
        state="active",
        made_at=at,
        organization_id=maker.organization_id,
        made_by=maker.person_id,
        kind=kind,
    )


def refuse_crowd(active: int) -> None:
    """Refusal when an organisation has as many active clients as it may (50)."""
    if active >= CLIENTS_PER_ORGANIZATION:
        numbers = {"most": CLIENTS_PER_ORGANIZATION}
        raise Refusal("client.too_many", rule="clients_per_organization", numbers=numbers)


def rotate(client: Client, *, at: datetime) -> Client:
    """A new secret; the old one is worthless at once. A device has the secret that it paired itself with, or none."""
    if client.kind == "device":
        raise Refusal("client.device", rule="client_kind")
    if client.state != "active":
        raise Refusal("client.disabled", rule="client_state")
    return replace(client, rotated_at=at)


def disable(client: Client, *, at: datetime) -> Client:
    """No more tokens; disabling twice changes nothing."""
    if client.state == "disabled":
        return client
    return replace(client, state="disabled", disabled_at=at)
