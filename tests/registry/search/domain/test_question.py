"""What is typed decides in which ways it is looked for."""

import pytest

from services.chassis.refusals import Reason
from services.registry.search.domain.question import Fit, Question, question_faults

NAMED = [Fit.EXACT, Fit.BEGINS]
SPELLED = [Fit.SPELLED_BEGINS, Fit.SPELLED_INSIDE]


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("江", NAMED),
        ("江门", [*NAMED, Fit.INSIDE]),
        ("江门检测", [*NAMED, Fit.INSIDE, Fit.NEARLY]),
        ("jm", [*NAMED, Fit.INSIDE, Fit.SPELLED_BEGINS]),
        ("jmj", [*NAMED, Fit.INSIDE, *SPELLED]),
        ("jmjc", [*NAMED, Fit.INSIDE, *SPELLED, Fit.NEARLY]),
        ("江门 检测", [*NAMED, Fit.INSIDE, Fit.WORDS, Fit.NEARLY]),
        ("江 门", [*NAMED, Fit.INSIDE]),
    ],
)
def test_the_longer_a_text_the_more_ways_to_look_for_it(typed: str, fits: list[Fit]) -> None:
    assert Question(typed).fits == fits


@pytest.mark.parametrize(
    ("typed", "code"), [("9144", "9144"), ("9144 0703ma", "91440703MA"), ("914", None), ("江门检测", None)]
)
def test_the_beginning_of_a_credit_code_is_known_as_such(typed: str, code: str | None) -> None:
    assert Question(typed).code == code


def test_a_text_without_anything_that_a_name_could_have_is_refused() -> None:
    rule = "a search has a letter, character or digit"
    assert question_faults(" %★") == [Reason("search.nothing_to_find", rule=rule, pointer="/q")]


@pytest.mark.parametrize("typed", [None, "江"])
def test_any_other_text_may_be_looked_for(typed: str | None) -> None:
    assert question_faults(typed) == []
