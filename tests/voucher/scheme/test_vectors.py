"""Every worked case but the two exits, which are the registry's, comes out on the published files."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.voucher.scheme.asking import VECTORS, answer_of, case_of, file_of, quoted

ASKED = [vector for vector in VECTORS if vector.get("room") != "registry"]
EXITS = {"tongzhou-exit-a", "tongzhou-exit-b"}
named = pytest.mark.parametrize("vector", ASKED, ids=lambda vector: str(vector["id"]))


def test_only_the_two_exits_are_left_out() -> None:
    assert {vector["id"] for vector in VECTORS} - {vector["id"] for vector in ASKED} == EXITS


@named
def test_a_worked_case_comes_out_at_the_command_line(vector: dict[str, Any]) -> None:
    found = quoted(file_of(vector.get("scheme")), case_of(vector))
    assert {word: found.get(word) for word in answer_of(vector)} == answer_of(vector)


@pytest.mark.parametrize("place", [0, -1], ids=lambda place: str(ASKED[place]["id"]))
def test_the_installed_command_says_the_same(place: int) -> None:
    vector = ASKED[place]
    words = ("quote", str(file_of(vector["scheme"])), "--case", json.dumps(case_of(vector), ensure_ascii=False))
    done = subprocess.run(
        [sys.executable, "-m", "services.standalone", "scheme", *words], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    assert {word: found.get(word) for word in answer_of(vector)} == answer_of(vector)


@named
def test_every_decision_names_its_rule_and_its_numbers(vector: dict[str, Any]) -> None:
    found = quoted(file_of(vector.get("scheme")), case_of(vector))
    told = [*found["decisions"], *found.get("refused", [])]
    assert told
    assert all(one["rule"] and one["numbers"] for one in told)
