"""A word of a closed list is the house's, or is explained by the file; anything else is a slip of the pen."""

import json
from importlib.resources import files
from typing import Any

import pytest

from services.voucher.scheme import data
from services.voucher.scheme.domain.checking.words import words
from services.voucher.scheme.domain.vocabulary import legal_form, own_names
from services.voucher.wallet.domain.facts import INCUBATOR, LEVELS, MAKERSPACE
from tests.voucher.scheme.samples import a_document

OWN = {"zh": "风洞试验", "en": "wind tunnel tests"}


def shipped(package: str, name: str) -> Any:
    return json.loads(files(f"services.registry.{package}.data").joinpath(f"{name}.json").read_text(encoding="utf-8"))


def test_the_nearest_word_is_told() -> None:
    (fault,) = words(a_document({"exclusions/services": {"value": ["software_purchas"], "source": "x"}}))
    assert (fault.pointer, fault.numbers["allowed"]) == ("/exclusions/services/value/0", "software_purchase")


def test_a_file_may_have_words_of_its_own() -> None:
    said = a_document({"exclusions/categories/value": ["wind-tunnel"]})
    assert [one.numbers["found"] for one in words(said)] == ["wind-tunnel"]
    said["words"] = {"category": {"wind-tunnel": OWN}}
    assert list(words(said)) == []
    assert own_names(said)["wind-tunnel"] == (OWN["zh"], OWN["en"])


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"residency": ["provincial-incubator"]}, []),
        ({"residency": ["provincial-incubater"]}, ["provincial-incubater"]),
        ({"holder": ["teams"]}, ["teams"]),
        ({"founder_class": ["veteran", "veterans"]}, ["veterans"]),
        ({"region": ["here"], "listed": ["a-list-of-ours"]}, []),
    ],
)
def test_the_words_of_a_case_are_known(when: dict[str, list[str]], found: list[str]) -> None:
    said = a_document({"rate/cases": [{"when": when, "share": "0.10", "source": "x"}]})
    assert [one.numbers["found"] for one in words(said)] == found


def test_the_words_of_an_award_are_known() -> None:
    award = {"spend_on": {"value": ["rent", "wifi"]}, "once_per": {"value": ["level"]}}
    assert [one.pointer for one in words({"awards": [award]})] == ["/awards/0/spend_on/value/1"]


def test_the_houses_words_are_those_that_the_registry_tells_of() -> None:
    assert list(data.words()["category"]) == [row["id"] for row in shipped("catalogue", "categories")]
    assert list(data.words()["founder_class"]) == [
        row["id"] for row in shipped("parties", "founder_classes")["classes"]
    ]
    assert set(data.words()["level"]) == set(LEVELS.values())
    assert set(data.words()["space_kind"]) == {INCUBATOR, MAKERSPACE}


def test_a_region_is_called_as_in_the_registry() -> None:
    for row in shipped("catalogue", "regions"):
        assert data.regions()[row["code"]] == {"zh": row["name_zh"], "en": row["name_en"]}


@pytest.mark.parametrize(
    ("registered", "word"),
    [
        ("有限责任公司（自然人投资或控股）", "company"),
        ("个体工商户", "individual_business"),
        ("有限合伙企业", "partnership"),
        ("GmbH", "GmbH"),
    ],
)
def test_a_legal_form_is_a_word_however_it_is_registered(registered: str, word: str) -> None:
    assert legal_form(registered) == word
