"""A number of a resident identity card is known by its form, its day of birth and its check character."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.resident_card import ResidentCardFault, birthday, check, complete, normalise, within


@given(
    st.integers(100_000, 999_999),
    st.dates(date(1900, 1, 1), date(2020, 9, 14)),
    st.integers(0, 999),
)
def test_a_completed_number_is_right_and_tells_its_birthday(place: int, born: date, order: int) -> None:
    number = complete(f"{place}{born:%Y%m%d}{order:03}")
    assert check(f" {number.lower()} ") == number
    assert birthday(number) == born


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, more: int) -> None:
    number = complete("44070319900307123")
    digit = "10X98765432".index(number[17]) if place == 17 else int(number[place])
    wrong = "0123456789"[(digit + more) % 10]
    altered = number[:place] + wrong + number[place + 1 :]
    if altered != number:
        with pytest.raises(ResidentCardFault):
            check(altered)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "resident_card.form"),
        ("4407031990030712", "resident_card.form"),
        ("04070319900307123X", "resident_card.form"),
        ("4407031990030712AX", "resident_card.form"),
        (complete("44070319900230123"), "resident_card.birthday"),
        ("440703199003071230", "resident_card.check"),
    ],
)
def test_the_first_fault_is_named_and_never_the_number(text: str, code: str) -> None:
    with pytest.raises(ResidentCardFault) as told:
        check(text)
    assert told.value.code == code
    assert text == "" or text not in str(told.value)


def test_full_width_and_blanks_are_read() -> None:
    assert normalise("４４０７ ０３-x") == "440703X"


def test_a_number_is_found_within_other_text_whatever_its_check_character() -> None:
    assert within("董事 440703 19900101 001x，兼职")
    assert within("9440703199001010010")
    assert not within("董事 440703199013010012")
    assert not within("法定代表人 2020-09-14")
