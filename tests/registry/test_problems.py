"""Every refusal of the registry can be told."""

import ast
from pathlib import Path

import pytest

from services.chassis.problems import CHASSIS_PROBLEMS, message
from services.chassis.refusals import Reason
from services.registry.problems import PROBLEMS
from services.standards import uscc

ROOT = Path(__file__).parents[2] / "services" / "registry"


def raised() -> set[str]:
    """Every dotted code that the registry's source names where it refuses."""
    found = {fault.code for fault in uscc.UsccFault.__subclasses__()}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                otherwise = [keyword.value for keyword in node.keywords if keyword.arg == "otherwise"]
                found |= {
                    argument.value
                    for argument in [*node.args, *otherwise]
                    if isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and getattr(node.func, "id", getattr(node.func, "attr", ""))
                    in {
                        "Reason",
                        "Refusal",
                        "NotFound",
                        "CellFault",
                        "must_see",
                        "require",
                        "another_person",
                        "_twice",
                        "_there",
                    }
                    and "." in argument.value
                    and " " not in argument.value
                }
                found |= {
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "otherwise"
                    and isinstance(keyword.value, ast.Constant)
                    and isinstance(keyword.value.value, str)
                }
    return found


def test_every_code_that_is_raised_has_a_problem() -> None:
    assert raised() - PROBLEMS.keys() - CHASSIS_PROBLEMS.keys() == set()


def test_no_problem_is_left_over() -> None:
    assert PROBLEMS.keys() - raised() == {"uscc.invalid"}


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_is_told_in_both_languages_without_its_numbers_too(code: str) -> None:
    told = {message(PROBLEMS[code], Reason(code), language) for language in ("en", "zh-CN")}
    assert len(told) == 2
    assert "{" not in "".join(told)
