"""In one session a person acts for one organisation, or for the state."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain.claims import Bearer, claims
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.domain.standing import Membership, Standing, join, leave, standing

AT = datetime(2026, 1, 1, tzinfo=UTC)
PERSON, ONE, TWO = new_id(), new_id(), new_id()


def membership(organization: UUID = ONE, *roles: str) -> Membership:
    return Membership(new_id(), PERSON, organization, roles or ("holder",), "active", AT)


def grant(role: str, **bounds: Any) -> RoleGrant:
    return RoleGrant(new_id(), PERSON, role, "active", ONE, AT, **bounds)


def test_the_only_organisation_needs_no_choice() -> None:
    assert standing([membership()], [], organization_id=None) == Standing(("holder",), ONE)


def test_several_need_one() -> None:
    both = [membership(), membership(TWO, "provider")]
    with pytest.raises(Refusal, match="organization_needed"):
        standing(both, [], organization_id=None)
    assert standing(both, [], organization_id=TWO) == Standing(("provider",), TWO)


def test_a_foreign_one_is_refused() -> None:
    with pytest.raises(Refusal, match="organization_unknown"):
        standing([membership()], [], organization_id=TWO)


def test_staff_carry_what_their_roles_are_bound_to() -> None:
    both = [grant("reviewer", region="440703", stage="district"), grant("operator", bureau="gxj")]
    found = standing([], both, organization_id=None)
    assert found == Standing(("operator", "reviewer"), None, "440703", "district", "gxj", None)


def test_nobody_yet_is_a_registrant() -> None:
    found = standing([], [], organization_id=None)
    said = claims(Bearer("per_1", "per_1", "innovoucher", "ses_1", "tok_1", "test"), found, organization=None, at=AT)
    assert (found.roles, said["roles"], "org" in said) == ((), ["registrant"], False)
    assert said["exp"] - said["iat"] == 600


def test_joining_adds_roles_and_leaving_ends_once() -> None:
    joined = join(membership(), ["provider", "holder"])
    assert joined.roles == ("holder", "provider")
    with pytest.raises(Refusal, match="ended"):
        leave(leave(joined, at=AT), at=AT)
