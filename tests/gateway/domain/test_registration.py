"""A claim's faults are found all at once, and a case moves only along its life."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain.registration import (
    OrganizationClaim,
    Registration,
    claim_faults,
    confirm,
    contest,
    name_faults,
    reject,
    role_faults,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = OrganizationClaim("91350100M000100Y43", "示例公司", "440703", "有限责任公司", "small", date(2016, 5, 4))


def claimed(**changes: Any) -> OrganizationClaim:
    return replace(GOOD, **changes)


def case(**changes: Any) -> Registration:
    return Registration(
        **{
            "id": new_id(),
            "person_id": new_id(),
            "claim": GOOD,
            "roles": ("holder",),
            "state": "submitted",
            "submitted_at": AT,
            **changes,
        }
    )


def test_a_good_claim_has_no_fault() -> None:
    assert claim_faults(GOOD, today=AT.date()) == []
    assert claim_faults(replace(GOOD, legal_form=None, size_class=None, registered_on=None), today=AT.date()) == []


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "registration.uscc.length"),
        ("91350100M000100Y4I", "registration.uscc.character"),
        ("91A50100M000100Y43", "registration.uscc.region"),
        ("91110108MA0ABC1234", "registration.uscc.organisation_check"),
        ("91350100M000100Y44", "registration.uscc.check"),
    ],
)
def test_a_credit_code_says_what_is_wrong_with_it(code: str, fault: str) -> None:
    (reason,) = claim_faults(replace(GOOD, uscc=code), today=AT.date())
    assert (reason.code, reason.pointer, reason.rule) == (fault, "/organization/uscc", "GB 32100-2015")


def test_an_organisation_is_not_registered_tomorrow() -> None:
    assert claim_faults(replace(GOOD, registered_on=AT.date()), today=AT.date()) == []
    (reason,) = claim_faults(replace(GOOD, registered_on=date(2026, 1, 2)), today=AT.date())
    assert reason.code == "registration.registered_in_future"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\u202eb", "a\nb", "\x00"])
def test_a_name_is_visible_and_short(name: str) -> None:
    assert [fault.code for fault in name_faults(name, pointer="/name")] == ["registration.name"]


@pytest.mark.parametrize("roles", [(), ("king",), ("holder", "holder"), ("operator",)])
def test_member_roles_are_three_and_each_once(roles: tuple[str, ...]) -> None:
    assert [fault.code for fault in role_faults(roles)] == ["registration.roles"]
    assert role_faults(("holder", "provider", "space")) == []


def test_a_contest_keeps_what_was_decided() -> None:
    decided = confirm(case(), organization_id=new_id(), by="per_1", reason=None, at=AT)
    assert (contest(case()).state, contest(decided).state, contest(decided).contested) == (
        "contested",
        "confirmed",
        True,
    )


@pytest.mark.parametrize("reason", [None, "", " "])
def test_a_contest_is_decided_with_a_reason(reason: str | None) -> None:
    with pytest.raises(Refusal, match="reason_needed"):
        confirm(contest(case()), organization_id=new_id(), by="per_1", reason=reason, at=AT)


def test_a_rejection_has_a_reason_and_is_final() -> None:
    with pytest.raises(Refusal, match="reason_needed"):
        reject(case(), by="per_1", reason=" ", at=AT)
    rejected = reject(case(), by="per_1", reason="no seal", at=AT)
    with pytest.raises(Refusal, match=r"registration\.state"):
        reject(rejected, by="per_1", reason="no", at=AT)
    with pytest.raises(Refusal, match=r"registration\.state"):
        confirm(rejected, organization_id=new_id(), by="per_1", reason="yes", at=AT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"region": "江门"}, "region_form"),
        ({"legal_form": "x" * 101}, "legal_form"),
        ({"size_class": "x"}, "size_class"),
    ],
)
def test_what_could_not_be_a_region_form_or_size_is_refused(changes: dict[str, str], code: str) -> None:
    (reason,) = claim_faults(claimed(**changes), today=AT.date())
    assert (reason.code, reason.pointer) == (f"registration.{code}", f"/organization/{next(iter(changes))}")
