"""What is shown of an answer: the whole, one value for a shell, or a line for each thing."""

import json

import pytest

from services.standalone.picking import NotThere, shown

ANSWER = {
    "id": "clm_1",
    "ok": True,
    "reason": None,
    "lines": [{"line": 1, "state": "in_review", "leg": {"amount": "15000.00"}}, {"line": 12, "state": "paid"}],
}


@pytest.mark.parametrize(
    ("pick", "text"),
    [
        ("id", "clm_1"),
        ("ok", "true"),
        ("reason", "null"),
        ("lines[0].leg.amount", "15000.00"),
        ("lines[-1].line", "12"),
        ("id,ok,lines[1].state", "clm_1  true  paid"),
        ("lines:line,state", "1   in_review\n12  paid"),
        ("lines:state", "in_review\npaid"),
    ],
)
def test_a_pick_names_one_value_or_several_or_a_line_for_each(pick: str, text: str) -> None:
    assert shown(ANSWER, pick) == text


def test_without_a_pick_all_of_it_is_readable_json() -> None:
    assert json.loads(shown(ANSWER)) == ANSWER
    assert shown({"name": "江门"}) == '{\n  "name": "江门"\n}'


def test_a_chinese_character_takes_two_places() -> None:
    rows = [{"who": "江门", "what": "a"}, {"who": "abc", "what": "b"}]
    assert shown({"items": rows}, "items:who,what") == "江门  a\nabc   b"


def test_no_things_are_no_lines() -> None:
    assert shown({"items": []}, "items:id,state") == ""


@pytest.mark.parametrize("pick", ["claim", "lines[2].line", "id.name", "lines:amount"])
def test_what_is_not_there_is_named(pick: str) -> None:
    with pytest.raises(NotThere, match="the answer has no"):
        shown(ANSWER, pick)
