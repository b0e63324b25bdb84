"""What is recorded of an organisation beside what its official register says."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.registry.parties.domain.organization import Organization, OrganizationStatus
from services.registry.parties.domain.register import (
    COMPARED,
    CheckOutcome,
    Difference,
    Newest,
    Register,
    RegisterEntry,
    compare,
    outcome_of,
    register_of,
)
from tests.registry.samples import TAISHAN, TODAY, code, facts

ID = UUID(int=1)
ENTRY = RegisterEntry(ID, ID, TODAY, code(1), "江门1号公司")
WHOLE: dict[str, Any] = {
    "region": "440703",
    "legal_form": "有限责任公司",
    "status": OrganizationStatus.ACTIVE,
    "registered_on": date(2018, 3, 15),
}
FIRM = Organization(ID, facts(legal_form="有限责任公司", registered_on=date(2018, 3, 15)))
OTHER: dict[str, Any] = {
    "name": "江门2号公司",
    "region": TAISHAN,
    "legal_form": "股份有限公司",
    "status": OrganizationStatus.DEREGISTERED,
    "registered_on": date(2018, 3, 16),
}


@pytest.mark.parametrize(
    ("first", "register"),
    [("9", Register.BUSINESS), ("1", Register.INSTITUTIONS), ("5", Register.SOCIAL_ORGANIZATIONS)],
)
def test_the_first_character_of_a_code_says_who_registers(first: str, register: Register) -> None:
    assert register_of(first + code(1)[1:]) is register


def test_the_code_of_another_authority_stands_in_no_register() -> None:
    with pytest.raises(Refusal, match=r"register\.none"):
        register_of("N" + code(1)[1:])


@given(st.sets(st.sampled_from(COMPARED)))
def test_exactly_the_fields_that_say_something_else_differ(fields: set[str]) -> None:
    told = compare(FIRM, replace(ENTRY, **WHOLE | {name: OTHER[name] for name in fields}))
    assert {one.field for one in told} == fields


def test_a_difference_tells_both_values() -> None:
    assert compare(FIRM, replace(ENTRY, registered_on=date(2018, 3, 16))) == (
        Difference("registered_on", "2018-03-15", "2018-03-16"),
    )


@pytest.mark.parametrize("entry", [ENTRY, replace(ENTRY, name="江门１号公司")])
def test_what_one_side_leaves_out_or_writes_wider_is_no_difference(entry: RegisterEntry) -> None:
    assert compare(FIRM, entry) == compare(Organization(ID, facts()), replace(entry, **WHOLE)) == ()


def test_a_look_finds_nothing_the_same_or_something_else() -> None:
    different = [Difference("name", "a", "b")]
    looks = [(Newest(TODAY), []), (Newest(TODAY, ENTRY), []), (Newest(TODAY, ENTRY), different)]
    assert [outcome_of(*look) for look in looks] == [
        CheckOutcome.NOT_FOUND,
        CheckOutcome.EQUAL,
        CheckOutcome.DIFFERS,
    ]
