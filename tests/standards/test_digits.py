"""Holds that a number is the same however its digits were typed, and that nothing else becomes a digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.digits import all_digits, normalise


@pytest.mark.parametrize("dress", ["１２３４", " 12 34\t", "12\u300034", "1２\u00a0３4\n"])
def test_full_width_digits_and_blanks_are_normalised(dress: str) -> None:
    assert normalise(dress) == "1234"


@pytest.mark.parametrize("text", ["12-34", "O1", "①", "一二", "१२", "½", "²"])
def test_what_only_looks_like_a_digit_is_none(text: str) -> None:
    assert normalise(text) == text
    assert not all_digits(text)


@given(st.text(max_size=25))
def test_what_is_normalised_once_is_normalised(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=25))
def test_all_digits_are_those_that_an_ascii_reader_counts_with(text: str) -> None:
    assert all_digits(text) == (text == "" or (text.isascii() and text.isdigit()))
