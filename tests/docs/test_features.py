"""Holds docs/features.md to the truth: all 131 rows, and every operation and test that a row names exists."""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = dict(zip("ABCDEFGHIJKLMN", (12, 8, 9, 7, 13, 7, 10, 14, 9, 9, 10, 13, 5, 5), strict=True))
THE_DOCUMENT_ITSELF = {"L1"}
"""What the gateway serves beside the operations that the document lists."""
NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    feature: str
    target: str
    state: str
    operations: list[str]
    tests: list[str]
    missing: str


def read_row(line: str) -> Row:
    id_, feature, target, state, through, held_by, missing = [cell.strip() for cell in line.strip("|").split("|")]
    return Row(id_, feature, target, state, NAMED.findall(through), NAMED.findall(held_by), missing)


def is_told_truly(row: Row) -> bool:
    """Done has operations, tests and nothing missing; partly says what is missing; not yet names nothing."""
    named = bool(row.operations or row.tests)
    reached = row.operations or row.id in THE_DOCUMENT_ITSELF
    match row.state:
        case "done":
            return bool(reached and row.tests) and not row.missing
        case "partly":
            return named and bool(row.missing)
        case _:
            return row.state == "not yet" and not named


def is_there(test_id: str) -> bool:
    path, _, name = test_id.partition("::")
    file = ROOT / path
    return file.is_file() and any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    lines = (ROOT / "docs" / "features.md").read_text(encoding="utf-8").splitlines()
    return [read_row(line) for line in lines if re.match(r"\| [A-N]\d+ \|", line)]


@pytest.fixture(scope="module")
def operations() -> set[str]:
    document = json.loads((ROOT / "docs" / "openapi" / "innovoucher.json").read_text(encoding="utf-8"))
    return {
        call["operationId"] for path in document["paths"].values() for call in path.values() if "operationId" in call
    }


def test_all_131_rows_are_there_once(rows: list[Row]) -> None:
    expected = [f"{block}{number}" for block, many in BLOCKS.items() for number in range(1, many + 1)]
    assert len(expected) == 131
    assert [row.id for row in rows] == expected


def test_every_state_is_told_truly(rows: list[Row]) -> None:
    assert [row.id for row in rows if not is_told_truly(row)] == []


def test_every_operation_named_is_in_the_merged_document(rows: list[Row], operations: set[str]) -> None:
    assert {name for row in rows for name in row.operations} - operations == set()


def test_every_test_named_exists(rows: list[Row]) -> None:
    assert [test_id for row in rows for test_id in row.tests if not is_there(test_id)] == []
