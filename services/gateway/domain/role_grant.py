"""Decides how a staff role is given: proposed by one admin, seconded by another, never for oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.gateway.domain.roles import BOUNDS, STAFF_ROLES, Duty, bound_to, duty, office

State = Literal["proposed", "active", "ended", "declined"]


@dataclass(frozen=True)
class RoleGrant:
    """One staff role of one person: proposed → active → ended, or proposed → declined."""

    id: UUID
    person_id: UUID
    role: str
    state: State
    proposed_by: UUID | None
    proposed_at: datetime
    region: str | None = None
    stage: str | None = None
    bureau: str | None = None
    treasury: str | None = None
    seconded_by: UUID | None = None
    seconded_at: datetime | None = None
    ended_by: UUID | None = None
    ended_at: datetime | None = None
    bootstrap_seat: int | None = None

    @property
    def office(self) -> str:
        """The office it fills."""
        return office(self.role)


def propose(
    *, id: UUID, person_id: UUID, role: str, bounds: Mapping[str, str | None], by: UUID, at: datetime
) -> RoleGrant:
    """A proposal, or a Refusal of all faults: unknown role, a bound missing or out of place, a role for oneself."""
    faults = _bound_faults(role, bounds)
    if person_id == by:
        faults.append(Reason("role_grant.own", rule="four_eyes", pointer="/person"))
    refuse_all(faults)
    return RoleGrant(
        id=id,
        person_id=person_id,
        role=role,
        state="proposed",
        proposed_by=by,
        proposed_at=at,
        region=bounds.get("region"),
        stage=bounds.get("stage"),
        bureau=bounds.get("bureau"),
        treasury=bounds.get("treasury"),
    )


def _bound_faults(role: str, bounds: Mapping[str, str | None]) -> list[Reason]:
    if role not in STAFF_ROLES:
        return [Reason("role_grant.role_unknown", rule="staff_role", pointer="/role", numbers={"role": role})]
    needed = bound_to(role)
    faults = []
    for bound in BOUNDS:
        given = bounds.get(bound) is not None
        numbers = {"role": role, "bound": bound}
        if bound in needed and not given:
            faults.append(Reason("role_grant.bound_missing", rule="staff_bound", pointer=f"/{bound}", numbers=numbers))
        if bound not in needed and given:
            faults.append(Reason("role_grant.bound_unused", rule="staff_bound", pointer=f"/{bound}", numbers=numbers))
    return faults


def second(grant: RoleGrant, *, by: UUID, held: Sequence[RoleGrant], holds: Duty, at: datetime) -> RoleGrant:
    """The role in force. Refused when not proposed, seconded by its proposer or its person, or against a held role.

    held: the person's active grants; holds: the duty that the person's account already serves.
    """
    if grant.state != "proposed":
        raise Refusal("role_grant.not_proposed", rule="role_grant_state", numbers={"state": grant.state})
    faults = []
    if by in (grant.proposed_by, grant.person_id):
        faults.append(Reason("role_grant.second_person", rule="four_eyes"))
    wanted = duty(grant.role)
    if holds not in (Duty.NONE, wanted):
        numbers = {"role": grant.role, "duty": holds.value}
        faults.append(Reason("role_grant.duty_conflict", rule="one_duty", numbers=numbers))
    if any(other.office == grant.office for other in held):
        faults.append(Reason("role_grant.office_held", rule="one_office", numbers={"office": grant.office}))
    refuse_all(faults)
    return replace(grant, state="active", seconded_by=by, seconded_at=at)


def decline(grant: RoleGrant, *, by: UUID, at: datetime) -> RoleGrant:
    """A proposal turned down or taken back; any admin may, its proposer too."""
    if grant.state != "proposed":
        raise Refusal("role_grant.not_proposed", rule="role_grant_state", numbers={"state": grant.state})
    return replace(grant, state="declined", ended_by=by, ended_at=at)


def end(grant: RoleGrant, *, by: UUID, at: datetime) -> RoleGrant:
    """A role taken away: one admin is enough, since it only lessens what somebody may do; nobody ends his own."""
    if grant.state != "active":
        raise Refusal("role_grant.not_active", rule="role_grant_state", numbers={"state": grant.state})
    if by == grant.person_id:
        raise Refusal("role_grant.own", rule="four_eyes")
    return replace(grant, state="ended", ended_by=by, ended_at=at)


def found(*, id: UUID, person_id: UUID, seat: int, at: datetime) -> RoleGrant:
    """One of the first two admins (seat 1 or 2), who have nobody before them to propose and second."""
    return RoleGrant(
        id=id, person_id=person_id, role="admin", state="active", proposed_by=None, proposed_at=at, bootstrap_seat=seat
    )
