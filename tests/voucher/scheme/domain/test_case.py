"""A case is read in an officer's words; whatever cannot be read is said at once, with the words and forms there are."""

from datetime import date
from typing import Any

import pytest

from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain.case import Case, Line, read_case
from services.voucher.scheme.domain.case_words import MEANINGS
from services.voucher.scheme.domain.facts import Figures, Residence

DOCUMENT = {
    "scheme": "one",
    "currency": "CNY",
    "zone": "Asia/Shanghai",
    "regions": {"delta": ["440100", "440300"]},
    "effective": {"value": "2020-09-15"},
    "caps": [{"cap": "times", "counts": "authorised_times"}],
}
FIRST_DAY = date(2020, 9, 15)


def case(**told: Any) -> Case:
    return read_case(told, DOCUMENT)


def faults(**told: Any) -> list[Reason]:
    with pytest.raises(Refusal) as caught:
        case(**told)
    return list(caught.value.reasons)


def test_an_unknown_word_is_refused_with_the_words_that_are_known() -> None:
    (found,) = faults(fees="8000.00")
    assert (found.code, found.pointer, found.numbers["word"]) == ("case.word_unknown", "/fees", "fees")
    assert (found.numbers["near"], found.numbers["known"]) == ("fee", ", ".join(MEANINGS))
    assert faults(xyzzy=1)[0].numbers["near"] in MEANINGS


@pytest.mark.parametrize(
    ("word", "value", "pointer"),
    [
        ("fee", 8000, "/fee"),
        ("fee", "8,000.00", "/fee"),
        ("fee", "0.001", "/fee"),
        ("vouchers", "10.00", "/vouchers"),
        ("vouchers", ["10.00", 2], "/vouchers/1"),
        ("counted", {"cap": "x"}, "/counted/cap"),
        ("counted", "x", "/counted"),
        ("items", {"rent": 2}, "/items/rent"),
        ("contract_date", "2020-02-31", "/contract_date"),
        ("members", "3", "/members"),
        ("members", True, "/members"),
        ("members", -1, "/members"),
        ("subcontracted", "no", "/subcontracted"),
        ("reward_rate", "1.5", "/reward_rate"),
        ("size_class", "", "/size_class"),
        ("listed", [1], "/listed"),
        ("residency", "incubator", "/residency"),
        ("lines", [{"category": "design"}], "/lines"),
        ("lines", [{"amount": "1.00", "price": "1.00"}], "/lines"),
        ("lines", [{"amount": 1}], "/lines/0/amount"),
        ("figures", [{"year": 2019, "heads": 3}], "/figures"),
        ("figures", [{"year": 2019, "sales": 3}], "/figures/0/sales"),
        ("figures", [2019], "/figures"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_form_it_has(word: str, value: object, pointer: str) -> None:
    (found,) = faults(**{word: value})
    assert (found.code, found.pointer) == ("case.malformed", pointer)
    assert found.numbers["form"]


def test_all_faults_come_at_once() -> None:
    found = faults(fees="1", fee=1, deal="1.00", scheme="two", currency="EUR", region="alps")
    assert {one.code for one in found} == {
        "case.word_unknown",
        "case.malformed",
        "case.two_words",
        "case.other_scheme",
        "case.other_currency",
        "case.region_unknown",
    }


def test_a_region_is_told_by_the_name_that_the_file_gives_it_or_by_its_code() -> None:
    assert case(region="delta").regions == {"440100", "440300"}
    assert case(district="440703").regions == {"440703"}
    assert faults(region="alps")[0].numbers["known"] == "delta"
    assert case().regions == frozenset()


def test_a_worked_case_may_be_handed_over_whole() -> None:
    whole = case(id="a", scheme="one", why="half", currency="CNY", fee="2.00", subsidy="1.00", split={"city": "1.00"})
    assert dict(whole.told) == {"fee": 200}


def test_a_word_told_as_nothing_is_told() -> None:
    found = case(residency=None)
    assert "residency" in found
    assert found.party("issue").residences == ()


def test_a_day_that_is_not_told_is_the_first_on_which_the_file_counts() -> None:
    found = case(contract_date="2020-02-26")
    assert found.day("contract") == date(2020, 2, 26)
    assert found.day("issue") == found.day(None) == FIRST_DAY


def test_the_holder_is_seen_as_told() -> None:
    party = case(
        holder="team",
        members=3,
        residency=["national-makerspace"],
        figures=[{"year": 2019, "staff": 4}],
        banned="fraud",
    ).party("submission")
    assert (party.holder, party.members, party.bans[0].kind) == ("team", 3, "fraud")
    assert party.residences == (Residence("makerspace", ("national",)),)
    assert party.figures == (Figures(2019, 4),)


def test_cases_of_a_file_are_asked_in_their_own_words() -> None:
    known = case(category=["testing", "inspection"], resource_region="delta", region="440703").known("contract")
    assert known["category"] == {"testing", "inspection"}
    assert known["resource_region"] == {"440100", "440300"}
    assert known["region"] == {"440703"}


def test_lines_have_a_category_an_amount_and_a_tax() -> None:
    found = case(lines=[{"category": "design", "amount": "100.00", "tax": "6.00"}, {"amount": "1.00"}])
    assert found.get("lines") == (Line("design", 100_00, 6_00), Line(None, 1_00))


def test_a_value_that_is_a_word_of_no_list_is_refused_with_the_nearest() -> None:
    (found,) = faults(services=["statutory_tests"])
    assert (found.code, found.numbers["allowed"]) == ("case.value_unknown", "statutory_test")


def test_a_category_is_told_with_what_it_lies_under() -> None:
    assert case(category="certification").get("category") == {"certification", "testing"}


@pytest.mark.parametrize("told", ["2", 2])
def test_what_counts_how_often_is_told_as_a_number_or_in_digits(told: str | int) -> None:
    assert case(counted={"times": told}).get("counted") == {"times": 2}
