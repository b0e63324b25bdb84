"""A refusal is told as a problem document in the reader's language."""

from typing import Any

import pytest

from services.chassis.problems import CHASSIS_PROBLEMS, document, language_of
from services.chassis.refusals import Reason, Refusal


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh-TW,zh;q=0.9", "zh-CN"),
        ("en-GB, zh", "en"),
        ("fr, zh;q=0.5", "zh-CN"),
        ("fr", "en"),
    ],
)
def test_the_language_is_the_first_of_ours(accept: str | None, language: str) -> None:
    assert language_of(accept) == language


def told(refusal: Refusal, language: str = "en") -> dict[str, Any]:
    return document(CHASSIS_PROBLEMS, refusal, instance="/v1/x", request_id="req_1", language=language)


def test_all_reasons_stand_in_errors() -> None:
    problem = told(Refusal.of([Reason("amount.malformed", pointer="/a"), Reason("currency.unknown", pointer="/b")]))
    assert (problem["code"], problem["status"]) == ("amount.malformed", 422)
    assert [error["pointer"] for error in problem["errors"]] == ["/a", "/b"]


def test_the_numbers_stand_in_the_message() -> None:
    refusal = Refusal("sandbox.backwards", numbers={"now": "noon"})
    assert told(refusal)["title"] == "The clock moves forward only; it is noon."
    assert told(refusal, "zh-CN")["title"] == "时钟只能前移，当前为 noon。"


def test_a_missing_number_never_breaks_the_answer() -> None:
    assert told(Refusal("sandbox.backwards"))["title"] == "The clock moves forward only; it is –."


@pytest.mark.parametrize("code", CHASSIS_PROBLEMS)
def test_every_problem_speaks_both_languages(code: str) -> None:
    problem = CHASSIS_PROBLEMS[code]
    assert all((problem.en, problem.zh, problem.remedy_en, problem.remedy_zh))
    assert problem.retryable == (problem.status >= 500 or problem.status == 429)
