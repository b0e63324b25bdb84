"""Every refusal of the registry can be told."""

import ast
from pathlib import Path

import pytest

from services.chassis.problems import CHASSIS_PROBLEMS, message
from services.chassis.refusals import Reason
from services.registry.problems import PROBLEMS
from services.standards import sheets, uscc

ROOT = Path(__file__).parents[2] / "services" / "registry"


NAMERS = {"Reason", "Refusal", "NotFound", "CellFault", "must_see", "require", "another_person", "_twice", "_there"}
"""What is called with a code first."""


def raised() -> set[str]:
    """Every dotted code that the registry's source names where it refuses."""
    found = {fault.code for fault in uscc.UsccFault.__subclasses__()} | unread()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {text for text in map(said, named_in(node)) if "." in text and " " not in text}
    return found


def unread() -> set[str]:
    """The codes of a file that the house's reading of sheets gives up, as an import names them."""
    nodes = ast.walk(ast.parse(Path(sheets.__file__).read_text(encoding="utf-8")))
    made = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SheetFault"]
    return {f"import.{said(node.args[0])}" for node in made}


def named_in(node: ast.AST) -> list[ast.expr]:
    """Where a code may stand: an argument of what refuses, one called so, or what stands for it when it is left out."""
    if isinstance(node, ast.Call):
        named = [keyword.value for keyword in node.keywords if keyword.arg in {"otherwise", "code"}]
        return named + (node.args if getattr(node.func, "id", getattr(node.func, "attr", "")) in NAMERS else [])
    return node.args.defaults if isinstance(node, ast.FunctionDef) and node.name.endswith("_faults") else []


def said(expression: ast.expr) -> str:
    """The text that stands there, or nothing."""
    return expression.value if isinstance(expression, ast.Constant) and isinstance(expression.value, str) else ""


def test_every_code_that_is_raised_has_a_problem() -> None:
    assert raised() - PROBLEMS.keys() - CHASSIS_PROBLEMS.keys() == set()


def test_no_problem_is_left_over() -> None:
    assert PROBLEMS.keys() - raised() == {"uscc.invalid"}


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_is_told_in_both_languages_without_its_numbers_too(code: str) -> None:
    told = {message(PROBLEMS[code], Reason(code), language) for language in ("en", "zh-CN")}
    assert len(told) == 2
    assert "{" not in "".join(told)
