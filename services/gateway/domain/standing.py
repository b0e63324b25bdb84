"""Decides for whom a person acts in one session: which organisation, which roles, bound to what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.chassis.refusals import Refusal
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.domain.roles import BOUNDS
from services.standards.holding import Kind

State = Literal["active", "ended"]


@dataclass(frozen=True)
class Membership:
    """A person acting for an organisation, a team or himself in some roles: active → ended.

    kind: what organization_id names: `organization_id` of a team or a person is that of the registry.
    """

    id: UUID
    person_id: UUID
    organization_id: UUID
    roles: tuple[str, ...]
    state: State
    since: datetime
    ended_at: datetime | None = None
    kind: Kind = Kind.ORGANIZATION


def join(membership: Membership, roles: Sequence[str]) -> Membership:
    """The same membership with further roles."""
    return replace(membership, roles=tuple(sorted({*membership.roles, *roles})))


def leave(membership: Membership, *, at: datetime) -> Membership:
    """The membership ended; Refusal when it has already."""
    if membership.state != "active":
        raise Refusal("membership.ended", rule="membership_state")
    return replace(membership, state="ended", ended_at=at)


@dataclass(frozen=True)
class Standing:
    """What a token says its bearer is. kind: what organization_id names."""

    roles: tuple[str, ...] = ()
    organization_id: UUID | None = None
    region: str | None = None
    stage: str | None = None
    bureau: str | None = None
    treasury: str | None = None
    kind: Kind = Kind.ORGANIZATION


def standing(
    memberships: Sequence[Membership], grants: Sequence[RoleGrant], *, organization_id: UUID | None
) -> Standing:
    """The standing for a chosen organisation, for the only one, or as staff.

    Refusal ``login.organization_unknown`` when the person does not act for the chosen one,
    ``login.organization_needed`` when there are several and none is chosen.
    A person without any role gets an empty standing: his registration still waits.
    """
    if grants and organization_id is None:
        return _staff(grants)
    chosen = [one for one in memberships if organization_id in (None, one.organization_id)]
    if organization_id is not None and not chosen:
        raise Refusal("login.organization_unknown", rule="membership", pointer="/organization")
    if len(chosen) > 1:
        raise Refusal("login.organization_needed", rule="membership", pointer="/organization")
    if not chosen:
        return Standing()
    return Standing(roles=chosen[0].roles, organization_id=chosen[0].organization_id, kind=chosen[0].kind)


def _staff(grants: Sequence[RoleGrant]) -> Standing:
    """Offices are held once each, so no two grants can name different regions, bureaus or treasuries."""
    named = {bound: getattr(grant, bound) for grant in grants for bound in BOUNDS if getattr(grant, bound) is not None}
    return Standing(roles=tuple(sorted(grant.role for grant in grants)), **named)
