"""Every refusal of the voucher service can be told, and nothing is told that is never refused."""

import ast
import re
from pathlib import Path

import pytest

from services.chassis.problems import CHASSIS_PROBLEMS, message
from services.chassis.refusals import Reason
from services.voucher.problems import PROBLEMS

ROOT = Path(__file__).parents[2] / "services" / "voucher"
REFUSING = {"Reason", "Refusal", "NotFound", "require"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def sources() -> list[ast.Module]:
    return [ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py") if not path.name.endswith("problems.py")]


def words(node: ast.AST) -> set[str]:
    """Every constant in a piece of source that has the form of a code."""
    constants = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return {value for value in constants if isinstance(value, str) and CODE.fullmatch(value)}


def refused() -> set[str]:
    """The codes that stand where something is refused."""
    calls = [node for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    refusing = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in REFUSING]
    said = [argument for call in refusing for argument in call.args[:1]]
    said += [one.value for call in calls for one in call.keywords if one.arg == "otherwise"]
    return {code for argument in said for code in words(argument)}


def test_every_code_that_is_refused_with_has_a_problem() -> None:
    assert refused() - PROBLEMS.keys() - CHASSIS_PROBLEMS.keys() == set()


def test_no_problem_is_left_over() -> None:
    said = set().union(*(words(tree) for tree in sources()))
    assert PROBLEMS.keys() - said == set()


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_is_told_in_both_languages_without_its_numbers_too(code: str) -> None:
    told = {message(PROBLEMS[code], Reason(code), language) for language in ("en", "zh-CN")}
    assert len(told) == 2
    assert "{" not in "".join(told)
