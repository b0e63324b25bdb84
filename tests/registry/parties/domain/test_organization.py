"""What an organisation is and who may change what of it."""

from datetime import date

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.parties.domain.organization import (
    Organization,
    OrganizationStatus,
    SizeClass,
    amend,
    organization_faults,
    standing_faults,
    uscc_faults,
)
from tests.registry.samples import TODAY, code, codes, facts, places

REGIONS = {"440703"}


def firm(status: OrganizationStatus = OrganizationStatus.ACTIVE) -> Organization:
    return Organization(new_id(), facts(), status)


def test_right_facts_have_no_fault() -> None:
    known = facts(legal_form="有限责任公司", registered_on=date(2018, 3, 15))
    assert organization_faults(known, regions=REGIONS, today=TODAY) == []


def test_all_faults_are_told_at_once() -> None:
    wrong = facts(
        uscc="91110108MA0ABC1234", name="\u202e", region="990000", legal_form="", registered_on=date(2021, 1, 1)
    )
    found = {fault.pointer for fault in organization_faults(wrong, regions=REGIONS, today=TODAY)}
    assert found == {"/uscc", "/name", "/region", "/legal_form", "/registered_on"}


@pytest.mark.parametrize(
    "valid", ["91350100M000100Y43", "11331021002687352Y", "113310810026796788", "11320000MB151840XJ"]
)
def test_published_codes_are_valid(valid: str) -> None:
    assert uscc_faults(valid, "/uscc") == []


def test_a_wrong_check_character_is_named_with_its_place() -> None:
    right = code(7)
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    (fault,) = uscc_faults(wrong, "/uscc")
    assert (fault.code, fault.pointer, fault.numbers["position"]) == ("uscc.check", "/uscc", 18)


def test_a_code_is_written_in_plain_capitals() -> None:
    written = facts(uscc="９1350100m000100y43", name=" 江门 ", legal_form=" 合伙 ").written()
    assert (written.uscc, written.name, written.legal_form) == ("91350100M000100Y43", "江门", "合伙")


def test_an_organisation_declares_its_own_size() -> None:
    changed = amend(firm(), {"size_class": SizeClass.SMALL}, by_itself=True, regions=REGIONS, today=TODAY)
    assert changed.facts.size_class is SizeClass.SMALL


def test_a_size_once_recorded_is_no_longer_the_organisations_to_change() -> None:
    """It took a bug: a firm confirmed as large made itself small, and so eligible."""
    recorded = amend(firm(), {"size_class": SizeClass.LARGE}, by_itself=True, regions=REGIONS, today=TODAY)
    with pytest.raises(Refusal) as refused:
        amend(recorded, {"size_class": SizeClass.MICRO}, by_itself=True, regions=REGIONS, today=TODAY)
    assert places(refused.value) == {"/size_class": "field.not_yours"}


def test_an_organisation_changes_nothing_else_of_itself() -> None:
    with pytest.raises(Refusal) as refused:
        amend(firm(), {"name": "新名", "status": "active"}, by_itself=True, regions=REGIONS, today=TODAY)
    assert places(refused.value) == {"/name": "field.not_yours", "/status": "field.not_yours"}


def test_an_operator_changes_facts_and_status() -> None:
    changes = {"name": " 新名", "status": "deregistered"}
    changed = amend(firm(), changes, by_itself=False, regions=REGIONS, today=TODAY)
    assert (changed.facts.name, changed.status) == ("新名", OrganizationStatus.DEREGISTERED)


def test_a_change_to_wrong_facts_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        amend(firm(), {"region": "990000", "name": ""}, by_itself=False, regions=REGIONS, today=TODAY)
    assert codes(refused.value) == {"region.unlisted", "name.empty"}


def test_a_deregistered_organisation_begins_nothing() -> None:
    assert standing_faults(firm()) == []
    (fault,) = standing_faults(firm(OrganizationStatus.DEREGISTERED), "/operator")
    assert (fault.code, fault.pointer) == ("organization.deregistered", "/operator")
