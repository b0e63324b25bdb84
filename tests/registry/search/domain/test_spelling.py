"""Names are compared in one script and one width, and known by their pinyin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.search.domain.spelling import READINGS_MAX, SORT_LENGTH, edged, fold, sort_key, spelled
from tests.registry.search.names import HAN, NAMES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("檢測技術", "检测技术"),
        ("ＡＢＣ科技１号", "abc科技1号"),
        ("江门（蓬江）检测", "江门 (蓬江) 检测"),
        ("㈱江门", "株江门"),
        ("Straße", "STRASSE"),
    ],
)
def test_one_name_in_two_ways_of_writing_is_folded_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_nothing_is_left_of_what_is_no_letter_character_or_digit() -> None:
    assert fold(" %_|\\·（）★") == ""


@given(NAMES, st.integers(0, 20), st.integers(0, 20))
def test_what_is_part_of_a_name_is_part_of_it_folded(name: str, first: int, last: int) -> None:
    assert fold(name[first:last]) in fold(name)


@given(st.text(max_size=30))
def test_whatever_is_folded_has_nothing_that_a_pattern_takes_for_its_own(text: str) -> None:
    assert all(character.isalnum() for character in fold(text))


def test_names_stand_between_edges_each_once() -> None:
    assert edged(["江门", "蓬江", "江门"]) == "|江门|蓬江|"


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("江门检测", ["jiangmenjiance", "jmjc"]),
        ("重庆", ["chongqing", "cq", "zhongqing", "zq"]),
        ("行知", ["xingzhi", "xz", "hangzhi", "hz"]),
        ("abc科技1号", ["abckeji1hao", "abckj1h"]),
        ("绿", ["lv", "l"]),
        ("é", []),
    ],
)
def test_a_name_is_spelled_as_people_read_it(name: str, forms: list[str]) -> None:
    assert spelled(name) == forms


def test_readings_are_few_however_many_characters_have_two() -> None:
    assert len(spelled("长乐行会重校")) <= 2 * READINGS_MAX


@given(st.text(max_size=40))
def test_everything_can_be_spelled(text: str) -> None:
    assert all(form.isascii() for form in spelled(fold(text)))


def test_names_are_sorted_as_they_are_read() -> None:
    assert sorted(["西安", "蓬江", "县", "白沙"], key=sort_key) == ["白沙", "蓬江", "西安", "县"]


@given(st.text(HAN, max_size=200))
def test_what_is_sorted_by_is_short_and_printable(name: str) -> None:
    key = sort_key(name)
    assert len(key) <= SORT_LENGTH
    assert key == "" or (key.isascii() and key.isprintable())
