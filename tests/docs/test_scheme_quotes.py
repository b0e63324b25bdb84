"""What the guide says of asking a file is what asking a file does."""

import json
import re

import pytest

from services.voucher.scheme.domain.case_words import ANSWERS, MEANINGS
from services.voucher.scheme.operations.quoting import quote_scheme
from tests.standalone.conftest import ROOT

GUIDE = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
SECTION = GUIDE.partition("## Asking a file: `quote`")[2].partition("\n## ")[0]
ROWS = [line.split("|")[2:4] for line in SECTION.splitlines() if line.startswith("| ") and "you want" not in line]
OF_A_LINE = {"amount"}


def words(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def test_the_example_answers_as_it_says() -> None:
    ((file, case),) = re.findall(r"quote (\S+) --case '(.+)'", SECTION)
    (answer,) = re.findall(r"```json\n(.+)\n```", SECTION)
    found = quote_scheme((ROOT / file).read_text(encoding="utf-8"), case)
    assert {word: value for word, value in found.items() if word != "decisions"} == json.loads(answer)


@pytest.mark.parametrize(("told", "answered"), ROWS)
def test_every_word_of_the_guide_is_known(told: str, answered: str) -> None:
    assert words(told) <= MEANINGS.keys() | OF_A_LINE
    assert words(answered) <= ANSWERS


def test_every_word_of_an_answer_is_in_the_guide() -> None:
    assert words(SECTION) >= ANSWERS
