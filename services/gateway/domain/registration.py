"""Decides about claims to act for an organisation: what is wrong with one, who confirms it, when it is contested.

One credit code has one undisputed claim. A second claim opens a contest that an operator decides with a reason;
the registry gives the same organisation for the same code, so no second wallet can come of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.gateway.domain.roles import MEMBER_ROLES
from services.standards import uscc

SIZE_CLASSES = ("micro", "small", "medium", "large")
NAME_MAX = 200
LEGAL_FORM_MAX = 100
REASON_MAX = 1000

_REGION = re.compile(r"[a-z0-9][a-z0-9-]{1,31}")


@dataclass(frozen=True)
class OrganizationClaim:
    """What a claimant says of the organisation; dates are business dates in the city's zone."""

    uscc: str
    name: str
    region: str
    legal_form: str | None = None
    size_class: str | None = None
    registered_on: date | None = None


State = Literal["submitted", "contested", "confirmed", "rejected"]


@dataclass(frozen=True)
class Registration:
    """One case: submitted ⇄ contested → confirmed | rejected; withdrawn never, since a claim is evidence."""

    id: UUID
    person_id: UUID
    claim: OrganizationClaim
    roles: tuple[str, ...]
    state: State
    submitted_at: datetime
    contested: bool = False
    organization_id: UUID | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits for an operator."""
        return self.state in ("submitted", "contested")


def claim_faults(claim: OrganizationClaim, *, today: date) -> list[Reason]:
    """Every fault of the claimed organisation at once; a credit code's names the digit (GB 32100-2015)."""
    faults = uscc_faults(claim.uscc)
    faults += name_faults(claim.name, pointer="/organization/name")
    faults += region_faults(claim.region)
    faults += legal_form_faults(claim.legal_form)
    faults += size_class_faults(claim.size_class)
    if claim.registered_on is not None and claim.registered_on > today:
        numbers = {"today": today.isoformat()}
        pointer = "/organization/registered_on"
        faults.append(Reason("registration.registered_in_future", rule="past_date", pointer=pointer, numbers=numbers))
    return faults


def uscc_faults(text: str) -> list[Reason]:
    """What is wrong with a credit code: the first fault, with the position to blame (GB 32100-2015)."""
    try:
        uscc.check(text)
    except uscc.UsccFault as fault:
        numbers = {} if fault.position is None else {"position": fault.position}
        rule = "GB 32100-2015"
        return [Reason(f"registration.{fault.code}", rule=rule, pointer="/organization/uscc", numbers=numbers)]
    return []


def region_faults(region: str) -> list[Reason]:
    """Whether the text could be a region's code at all; whether there is such a region is the registry's to say."""
    if _REGION.fullmatch(region):
        return []
    return [Reason("registration.region_form", rule="region_form", pointer="/organization/region")]


def legal_form_faults(legal_form: str | None) -> list[Reason]:
    """None, or up to 100 visible characters, such as 有限责任公司."""
    if legal_form is None or (0 < len(legal_form.strip()) <= LEGAL_FORM_MAX and legal_form.isprintable()):
        return []
    return [Reason("registration.legal_form", rule="legal_form", pointer="/organization/legal_form")]


def size_class_faults(size_class: str | None) -> list[Reason]:
    """None, or one of the four classes."""
    if size_class is None or size_class in SIZE_CLASSES:
        return []
    numbers = {"known": ", ".join(SIZE_CLASSES)}
    pointer = "/organization/size_class"
    return [Reason("registration.size_class", rule="size_class", pointer=pointer, numbers=numbers)]


def name_faults(name: str, *, pointer: str) -> list[Reason]:
    """A name is 1–200 visible characters; control and direction characters would deceive logs and readers."""
    if name.strip() and len(name) <= NAME_MAX and name.isprintable():
        return []
    return [Reason("registration.name", rule="name_form", pointer=pointer, numbers={"most": NAME_MAX})]


def role_faults(roles: Sequence[str]) -> list[Reason]:
    """At least one role, each known, none twice."""
    if not roles or len(set(roles)) != len(roles) or not set(roles) <= set(MEMBER_ROLES):
        numbers = {"known": ", ".join(MEMBER_ROLES)}
        return [Reason("registration.roles", rule="member_roles", pointer="/roles", numbers=numbers)]
    return []


def contest(registration: Registration) -> Registration:
    """Another claim to the same code has come: the case is contested while it waits, and marked so if decided."""
    state = "contested" if registration.open else registration.state
    return replace(registration, state=state, contested=True)


def confirm(
    registration: Registration, *, organization_id: UUID, by: str, reason: str | None, at: datetime
) -> Registration:
    """The claimant acts for the organisation from now on; a contested case needs the operator's reason."""
    refuse_confirming(registration, reason=reason)
    return replace(
        registration, state="confirmed", organization_id=organization_id, decided_by=by, decided_at=at, reason=reason
    )


def refuse_confirming(registration: Registration, *, reason: str | None) -> None:
    """Refusal when the case is decided already, or contested and no reason is given."""
    if not registration.open:
        raise Refusal("registration.state", rule="registration_state", numbers={"state": registration.state})
    if registration.contested and not (reason and reason.strip()):
        raise Refusal("registration.reason_needed", rule="contest_reason", pointer="/reason")


def reject(registration: Registration, *, by: str, reason: str, at: datetime) -> Registration:
    """The claimant does not act for the organisation; the reason is given to him."""
    if not registration.open:
        raise Refusal("registration.state", rule="registration_state", numbers={"state": registration.state})
    if not reason.strip():
        raise Refusal("registration.reason_needed", rule="rejection_reason", pointer="/reason")
    return replace(registration, state="rejected", decided_by=by, decided_at=at, reason=reason)
