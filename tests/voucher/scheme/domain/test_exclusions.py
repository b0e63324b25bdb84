"""What a voucher may not pay for is said all at once, each kind of work by its own reason."""

from dataclasses import replace

import pytest

from services.voucher.scheme.domain.exclusions import Exclusions, reasons
from services.voucher.scheme.domain.facts import DealFacts
from services.voucher.scheme.domain.rule import Rule

EXCLUSIONS = Exclusions(
    categories=Rule(("testing",), "clause 1"),
    related_parties=Rule(True, "clause 2"),
    services=Rule(("statutory_test", "advertising"), "clause 3"),
    funded=Rule(True, "clause 4"),
    subcontracted=Rule(True, "clause 5"),
)
DEAL = DealFacts(
    services=frozenset({"advertising", "statutory_test", "design"}), funded_by=("city",), subcontracted=True
)


def test_everything_that_is_excluded_is_said_at_once() -> None:
    found = reasons(EXCLUSIONS, DEAL, at="/contract")
    assert [(one.code, one.pointer, one.clause) for one in found] == [
        ("service.excluded", "/contract/services", "clause 3"),
        ("service.excluded", "/contract/services", "clause 3"),
        ("work.funded_elsewhere", "/contract/funded_by", "clause 4"),
        ("work.subcontracted", "/contract/subcontracted", "clause 5"),
    ]


def test_a_contract_that_declares_nothing_is_in_nobodys_way() -> None:
    assert reasons(EXCLUSIONS, DealFacts()) == []


def test_a_rule_that_the_file_leaves_out_or_denies_is_not_asked() -> None:
    lenient = Exclusions(EXCLUSIONS.categories, EXCLUSIONS.related_parties, funded=Rule(False, "clause 4"))
    assert reasons(lenient, DEAL) == []


OURS = ("prv_1", "11331021002687352Y")
NAMING = replace(EXCLUSIONS, providers=Rule(OURS, "clause 6"), offerings=Rule(("off_1", "off_2"), "clause 7"))


@pytest.mark.parametrize("provider", [{"prv_1"}, {"prv_1", "913310"}, {"prv_2", "11331021002687352Y"}])
def test_a_provider_is_one_of_those_named_by_whichever_of_its_names(provider: set[str]) -> None:
    assert reasons(NAMING, DealFacts(provider=frozenset(provider), offering=frozenset({"off_2"}))) == []


def test_who_or_what_is_not_named_is_refused_with_those_that_are() -> None:
    found = reasons(NAMING, DealFacts(provider=frozenset({"prv_9"}), offering=frozenset()))
    assert [(one.code, one.rule, one.pointer, one.clause) for one in found] == [
        ("provider.not_named", "exclusions.providers", "/provider_id", "clause 6"),
        ("offering.not_named", "exclusions.offerings", "/offering_id", "clause 7"),
    ]
    assert [one.numbers for one in found] == [
        {"found": "prv_9", "named": "prv_1, 11331021002687352Y"},
        {"found": None, "named": "off_1, off_2"},
    ]


def test_of_whom_nobody_told_is_not_asked_nor_where_nobody_is_named() -> None:
    assert reasons(NAMING, DealFacts()) == []
    assert reasons(EXCLUSIONS, DealFacts(provider=frozenset({"prv_9"}), offering=frozenset())) == []
