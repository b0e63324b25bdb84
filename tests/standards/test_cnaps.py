"""Holds that published branch codes pass in any dress and that each fault is told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10 as oracle

from services.standards.cnaps import CnapsFault, WrongCharacter, WrongCheck, WrongLength, check, complete

VALID = "102100099996"
codes = st.text(alphabet="0123456789", min_size=11, max_size=11).map(complete)


@pytest.mark.parametrize("code", [VALID, "103100000026", "104100000004", "105100000017", "308584000013"])
def test_a_published_code_is_valid(code: str) -> None:
    assert check(code) == code


@pytest.mark.parametrize("dress", ["１０２１０００９９９９６", " 102 100 099996\t"])
def test_full_width_digits_and_blanks_are_normalised(dress: str) -> None:
    assert check(dress) == VALID


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", WrongLength),
        ("10210009999", WrongLength),
        ("1021000999966", WrongLength),
        ("10210009999X", WrongCharacter),
        ("1021000中9996", WrongCharacter),
        ("102100०99996", WrongCharacter),
        ("102100099997", WrongCheck),
    ],
)
def test_each_fault_is_told_apart(text: str, fault: type[CnapsFault]) -> None:
    with pytest.raises(fault):
        check(text)


def test_every_fault_has_a_code_of_its_own() -> None:
    assert {fault.code for fault in CnapsFault.__subclasses__()} == {"cnaps.length", "cnaps.digits", "cnaps.check"}


@given(codes)
def test_a_completed_code_is_valid_here_and_to_another_reader(code: str) -> None:
    assert check(code) == code
    assert oracle.is_valid(code)


@given(codes, st.integers(0, 11), st.integers(1, 9))
def test_one_altered_digit_is_always_refused(code: str, place: int, by: int) -> None:
    altered = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(WrongCheck):
        check(altered)
