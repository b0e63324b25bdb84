"""A code survives being read aloud, copied by hand and typed on a phone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards import spelling


def drawn(seed: int = 1) -> str:
    return spelling.draw(12, random.Random(seed).choice)


@given(seed=st.integers(0, 2**32))
def test_every_code_checks_and_has_no_easily_misread_character(seed: int) -> None:
    code = drawn(seed)
    assert spelling.is_sound(code, 12)
    assert not set(code) & set("01OILS")


def test_one_wrong_character_is_always_found() -> None:
    code = drawn()
    for place, right in enumerate(code):
        for wrong in set(spelling.ALPHABET) - {right}:
            assert not spelling.is_sound(code[:place] + wrong + code[place + 1 :], 12)


@pytest.mark.parametrize("code", ["", "2", "0" * 13, drawn()[:-1], drawn() + "2"])
def test_what_has_another_length_or_other_characters_is_no_code(code: str) -> None:
    assert not spelling.is_sound(code, 12)


def test_it_is_shown_in_groups() -> None:
    assert spelling.shown("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMN-P"


@pytest.mark.parametrize("written", ["abcd-efgh", " ABCD EFGH\n", "ＡＢＣＤ—ｅｆｇｈ", "ab\u00a0cd‑ef−gh"])
def test_it_is_read_however_people_write_it(written: str) -> None:
    assert spelling.plain(written) == "ABCDEFGH"
