"""An index knows pieces of names, from which any part is found, and any part with one slip in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.search.domain.grams import ONE_BY_ONE_MAX, OPEN, pieces, pieces_of, slips, ways_to
from services.registry.search.domain.spelling import edged
from tests.registry.search.names import HAN

TEXTS = st.text(HAN, min_size=4, max_size=24)


def fits(pattern: str, name: str) -> bool:
    """As SQL's LIKE has it."""
    return re.search(re.escape(pattern).replace(re.escape(OPEN), "."), name) is not None


def found(typed: str, name: str) -> bool:
    """Whether the index leads to a name, and a pattern then fits it."""
    names = edged([name])
    known = pieces_of(names)
    return any(way <= known for way in ways_to(typed)) and any(fits(one, names) for one in slips(typed))


def test_pieces_are_neighbours_and_those_around_one_between_them() -> None:
    assert pieces_of("|江门检|") == {"|江", "江门", "门检", "检|", "江_检"}
    assert pieces("江_检测") == {"江_检", "检测"}


def test_names_side_by_side_have_no_piece_in_common_with_each_other() -> None:
    assert "门蓬" not in pieces_of("|江门|蓬江|")


@given(TEXTS, st.data())
def test_any_part_of_a_name_has_only_pieces_of_the_name(name: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(name) - 2))
    part = name[first : data.draw(st.integers(first + 2, len(name)))]
    assert pieces(part) <= pieces_of(edged([name]))


@given(TEXTS, st.data())
def test_one_wrong_character_of_four_or_more_still_leads_to_the_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    assert found(name[:place] + "错" + name[place + 1 :], name)


@given(TEXTS, st.data())
def test_two_characters_in_the_wrong_order_still_lead_to_the_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 2))
    assert found(name[:place] + name[place + 1] + name[place] + name[place + 2 :], name)


@given(st.text(HAN, min_size=5, max_size=24), st.data())
def test_a_character_that_was_left_out_still_leads_to_the_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    assert found(name[:place] + name[place + 1 :], name)


@given(TEXTS, st.data())
def test_a_character_too_many_still_leads_to_the_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    assert found(name[:place] + "多" + name[place:], name)


def test_of_three_characters_none_may_be_wrong() -> None:
    assert slips("江门检") == []


@pytest.mark.parametrize(("length", "ways"), [(4, 10), (ONE_BY_ONE_MAX, 46), (ONE_BY_ONE_MAX + 1, 5), (64, 5)])
def test_ways_are_few_however_long_the_text(length: int, ways: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(length))
    assert len(ways_to(text)) == ways
