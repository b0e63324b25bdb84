"""A person is known by a paper, is right or told why not, and looks to others as nobody in particular."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.parties.domain.person import IdKind, PersonFacts, person_faults, person_of, reason_faults
from services.standards.resident_card import complete
from tests.registry.samples import TODAY

CARD = complete("44070319900307123")
ZHANG = PersonFacts("张三丰", IdKind.RESIDENT_CARD, CARD, "13800138000", "zhang@example.com")


def test_what_is_written_is_read_the_same_way_however_it_was_typed() -> None:
    typed = PersonFacts(
        " 张三丰 ", IdKind.RESIDENT_CARD, f" {CARD[:6]} {CARD[6:]}", "138-0013-8000", "zhang@example.com "
    )
    assert typed.written() == ZHANG
    assert typed.written().paper == f"resident_card {CARD}"


def test_what_is_sealed_is_what_comes_back() -> None:
    bare = PersonFacts("Ann", IdKind.PASSPORT, "E1234567")
    assert [person_of(one.personal) for one in (ZHANG, bare)] == [ZHANG, bare]
    assert bare.personal == {"name": "Ann", "id_kind": "passport", "id_number": "E1234567"}


def test_a_mask_leaves_who_is_meant_and_nothing_to_reach_him_by() -> None:
    masked = ZHANG.masked()
    assert (masked.name, masked.id_number) == ("张**", "4407" + "*" * 14)
    assert (masked.phone, masked.email) == ("138******00", "z***@example.com")


def test_a_passport_shows_its_first_letter_only() -> None:
    masked = PersonFacts("A", IdKind.PASSPORT, "E1234567").masked()
    assert (masked.name, masked.id_number, masked.phone, masked.email) == ("A", "E*******", None, None)


@given(st.text("张三李四王五", min_size=2, max_size=9), st.integers(1_000_000, 10**14))
def test_no_mask_shows_the_whole(name: str, phone: int) -> None:
    masked = replace(ZHANG, name=name, phone=str(phone)).masked()
    assert masked.name != name
    assert masked.phone != str(phone)
    assert masked.id_number != CARD


def test_a_trace_shows_nothing_personal() -> None:
    assert [one for one in ZHANG.personal.values() if one in repr(ZHANG)] == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"phone": None, "email": None}, []),
        ({"id_kind": IdKind.PASSPORT, "id_number": "e-123 4567"}, []),
        ({"name": ""}, [("name.empty", "/name", "a name has at least one visible character")]),
        ({"id_number": CARD[:17]}, [("people.id_number", "/id_number", "resident_card.form")]),
        ({"id_number": complete("44070320300307123")}, [("people.id_number", "/id_number", "resident_card.birthday")]),
        ({"id_kind": IdKind.PASSPORT, "id_number": "?"}, [("people.id_number", "/id_number", "letters and digits")]),
        (
            {"phone": "12", "email": "x"},
            [
                ("people.phone", "/phone", "digits, after a country code or not"),
                ("people.email", "/email", "one at sign, and a dot after it"),
            ],
        ),
        ({"email": f"{'x' * 300}@example.com"}, [("people.email", "/email", "one at sign, and a dot after it")]),
    ],
)
def test_all_that_is_wrong_with_a_person_is_told_and_no_number_of_his(
    changes: dict[str, Any], wanted: list[tuple[str, str, str]]
) -> None:
    found = person_faults(replace(ZHANG, **changes), today=TODAY)
    assert [(one.code, one.pointer, one.rule) for one in found] == wanted
    assert CARD[:17] not in str(found)


@pytest.mark.parametrize("reason", ["为张三丰办理", f"证件 {CARD.lower()}", "打 13800138000", "Zhang@Example.com"])
def test_a_reason_that_names_the_person_is_refused(reason: str) -> None:
    assert [(one.code, one.pointer) for one in reason_faults(reason, ZHANG)] == [("people.named", "/reason")]


def test_a_reason_that_names_nobody_is_good() -> None:
    assert reason_faults("核对兑付申请", replace(ZHANG, phone=None)) == []
