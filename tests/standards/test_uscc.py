"""Holds that valid credit codes pass in any dress and that each fault is told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from services.standards.uscc import (
    ALPHABET,
    UsccFault,
    WrongCharacter,
    WrongCheck,
    WrongLength,
    WrongOrganisationCheck,
    WrongRegion,
    check,
    complete,
)

VALID = "91350100M000100Y43"
organisations = st.text(alphabet=ALPHABET, min_size=8, max_size=8)
regions = st.text(alphabet="0123456789", min_size=6, max_size=6)
codes = st.builds(lambda region, organisation: complete(f"91{region}{organisation}"), regions, organisations)


@pytest.mark.parametrize("code", [VALID, "11331021002687352Y", "113310810026796788", "11320000MB151840XJ"])
def test_a_published_code_is_valid(code: str) -> None:
    assert check(code) == code


@pytest.mark.parametrize(
    "dress", ["91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３", " 91350100-M000100Y4-3\t"]
)
def test_full_width_lower_case_and_blanks_are_normalised(dress: str) -> None:
    assert check(dress) == VALID


@pytest.mark.parametrize(
    ("text", "fault", "position"),
    [
        ("91350100M000100Y4", WrongLength, None),
        ("91350100M000100Y433", WrongLength, None),
        ("", WrongLength, None),
        ("91350100I000100Y43", WrongCharacter, 9),
        ("91350100M0001中0Y43", WrongCharacter, 14),
        ("91A50100M000100Y43", WrongRegion, 3),
        ("9135010AM000100Y43", WrongRegion, 8),
        ("91110108MA0ABC1234", WrongOrganisationCheck, 17),
        ("91350100M000100Y53", WrongOrganisationCheck, 17),
        ("91350100M000100Y44", WrongCheck, 18),
    ],
)
def test_each_fault_is_told_apart(text: str, fault: type[UsccFault], position: int | None) -> None:
    with pytest.raises(fault) as refused:
        check(text)
    assert refused.value.position == position


def test_every_fault_has_a_code_of_its_own() -> None:
    assert len({fault.code for fault in UsccFault.__subclasses__()}) == 5


@given(codes)
def test_a_completed_code_is_valid_here_and_to_another_reader(code: str) -> None:
    assert check(code) == code
    assert oracle.is_valid(code)


@given(codes, st.integers(min_value=0, max_value=17), st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_caught(code: str, place: int, typed: str) -> None:
    mistyped = code[:place] + typed + code[place + 1 :]
    if mistyped != code:
        with pytest.raises(UsccFault):
            check(mistyped)
