"""Holds that one fapiao has one identity in any dress, that two have two, and that each fault is told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.fapiao import (
    CodeMissing,
    CodeUnasked,
    Fapiao,
    FapiaoFault,
    FapiaoKind,
    WrongCode,
    WrongCodeLength,
    WrongNumber,
    WrongNumberLength,
    read,
)

DIGITAL = "24442000000012345678"
CODE, NUMBER = "044002000111", "12345678"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def digits(*lengths: int) -> st.SearchStrategy[str]:
    return st.one_of([st.text(alphabet="0123456789", min_size=length, max_size=length) for length in lengths])


digital = st.tuples(digits(20), st.none())
old = st.tuples(digits(8), digits(10, 12))


def test_a_digital_fapiao_is_known_by_its_number_alone() -> None:
    assert read(DIGITAL) == Fapiao(FapiaoKind.DIGITAL, None, DIGITAL)
    assert read(DIGITAL).key == DIGITAL


@pytest.mark.parametrize("code", [CODE, "4400201130"])
def test_an_old_fapiao_is_known_by_its_code_and_number(code: str) -> None:
    assert read(NUMBER, code) == Fapiao(FapiaoKind.OLD, code, NUMBER)
    assert read(NUMBER, code).key == f"{code}{NUMBER}"


def test_a_digital_fapiao_written_as_code_and_number_is_the_same_one() -> None:
    assert read(DIGITAL[12:], DIGITAL[:12]).key == read(DIGITAL).key


def test_a_blank_code_is_none() -> None:
    assert read(DIGITAL, " \u3000") == read(DIGITAL)


@pytest.mark.parametrize(
    ("number", "code", "fault"),
    [
        ("2444200000001234567X", None, WrongNumber),
        ("1234-678", CODE, WrongNumber),
        ("१२३४५६७८", CODE, WrongNumber),
        ("", None, WrongNumberLength),
        ("2444200000001234567", None, WrongNumberLength),
        ("123456789", CODE, WrongNumberLength),
        (NUMBER, None, CodeMissing),
        (NUMBER, " ", CodeMissing),
        (NUMBER, "04400200011", WrongCodeLength),
        (NUMBER, "044002000111O", WrongCode),
        (DIGITAL, CODE, CodeUnasked),
    ],
)
def test_each_fault_is_told_apart(number: str, code: str | None, fault: type[FapiaoFault]) -> None:
    with pytest.raises(FapiaoFault) as refused:
        read(number, code)
    assert type(refused.value) is fault


def test_every_fault_has_a_code_of_its_own() -> None:
    assert len({fault.code for fault in FapiaoFault.__subclasses__()}) == 6


@given(digital | old)
def test_full_width_digits_and_blanks_name_the_same_fapiao(said: tuple[str, str | None]) -> None:
    number, code = said
    dressed = f" {number[:4]}\u3000{number[4:]}\t".translate(FULL_WIDTH)
    assert read(dressed, code and code.translate(FULL_WIDTH)) == read(number, code)


@given(digital | old, digital | old)
def test_two_fapiao_have_the_same_key_only_if_their_digits_are_the_same(
    one: tuple[str, str | None], other: tuple[str, str | None]
) -> None:
    digits_of = [f"{code or ''}{number}" for number, code in (one, other)]
    assert (read(*one).key == read(*other).key) == (digits_of[0] == digits_of[1])


@given(digital, st.integers(0, 19), st.sampled_from("OIl-X."))
def test_a_digit_mistyped_as_something_else_is_refused(said: tuple[str, None], place: int, typed: str) -> None:
    with pytest.raises(WrongNumber):
        read(said[0][:place] + typed + said[0][place + 1 :])
