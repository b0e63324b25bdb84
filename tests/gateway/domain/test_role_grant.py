"""A staff role is proposed by one, seconded by another, and names exactly what it is bound to."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain.role_grant import RoleGrant, decline, end, found, propose, second
from services.gateway.domain.roles import STAFF_ROLES, Duty, bound_to

AT = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO, THREE = new_id(), new_id(), new_id()


def proposal(role: str = "operator", **changes: Any) -> RoleGrant:
    bounds = dict.fromkeys(bound_to(role), "x")
    return replace(propose(id=new_id(), person_id=THREE, role=role, bounds=bounds, by=ONE, at=AT), **changes)


def seconded(grant: RoleGrant, *held: RoleGrant, by: Any = TWO, holds: Duty = Duty.NONE) -> RoleGrant:
    return second(grant, by=by, held=held, holds=holds, at=AT)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_every_staff_role_can_be_given(role: str) -> None:
    assert seconded(proposal(role)).state == "active"


@pytest.mark.parametrize("role", ["holder", "service", "", "root"])
def test_no_other_role_is_given(role: str) -> None:
    with pytest.raises(Refusal, match="role_unknown"):
        propose(id=new_id(), person_id=THREE, role=role, bounds={}, by=ONE, at=AT)


def test_missing_and_unused_bounds_and_self_proposal_are_named_together() -> None:
    with pytest.raises(Refusal) as refused:
        propose(id=new_id(), person_id=ONE, role="reviewer", bounds={"region": "1", "bureau": "b"}, by=ONE, at=AT)
    assert [reason.code for reason in refused.value.reasons] == [
        "role_grant.bound_missing",
        "role_grant.bound_unused",
        "role_grant.own",
    ]


@pytest.mark.parametrize("by", [ONE, THREE])
def test_neither_its_proposer_nor_its_holder_seconds(by: Any) -> None:
    with pytest.raises(Refusal, match="second_person"):
        seconded(proposal(), by=by)


@pytest.mark.parametrize(
    ("role", "holds"), [("operator", Duty.ADMIN), ("admin", Duty.STAFF), ("operator", Duty.MEMBER)]
)
def test_an_account_serves_one_kind_of_work(role: str, holds: Duty) -> None:
    with pytest.raises(Refusal, match="duty_conflict"):
        seconded(proposal(role), holds=holds)


def test_an_office_is_held_once() -> None:
    maker = seconded(proposal("finance_maker"))
    with pytest.raises(Refusal, match="office_held"):
        seconded(proposal("finance_checker"), maker, holds=Duty.STAFF)
    assert seconded(proposal("auditor"), maker, holds=Duty.STAFF).state == "active"


def test_only_a_proposal_is_seconded_or_declined() -> None:
    active = seconded(proposal())
    with pytest.raises(Refusal, match="not_proposed"):
        seconded(active)
    with pytest.raises(Refusal, match="not_proposed"):
        decline(active, by=TWO, at=AT)


def test_only_a_role_in_force_ends_and_not_by_its_holder() -> None:
    with pytest.raises(Refusal, match="not_active"):
        end(proposal(), by=TWO, at=AT)
    with pytest.raises(Refusal, match=r"role_grant\.own"):
        end(seconded(proposal()), by=THREE, at=AT)
    assert end(seconded(proposal()), by=ONE, at=AT).ended_by == ONE


def test_a_founding_admin_has_nobody_before_him() -> None:
    grant = found(id=new_id(), person_id=ONE, seat=1, at=AT)
    assert (grant.role, grant.state, grant.proposed_by) == ("admin", "active", None)


def test_a_declined_proposal_says_who_declined() -> None:
    assert decline(proposal(), by=TWO, at=AT).ended_by == TWO
