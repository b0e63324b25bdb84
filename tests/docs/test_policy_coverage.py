"""Holds docs/policy-coverage.md to the papers: every clause once, in order, done by what exists or left out."""

import re
from dataclasses import dataclass

import pytest

from services.gateway.app import ROUTERS as GATEWAY
from services.registry.app import ROUTERS as REGISTRY
from services.registry.catalogue.policy_papers import PAPERS, paper
from services.registry.parties.data import founder_kinds
from services.voucher.app import ROUTERS as VOUCHER
from tests.docs.test_features import NAMED, ROOT, is_there

COUNTS = {
    "tongzhou-2018-5": 23,
    "jiaxing-2015-90": 31,
    "liaoning-2016-88": 33,
    "tianshui-2015": 18,
    "jiangmen-2016-draft": 21,
}
OPERATIONS = {route.name for router in (*GATEWAY, *REGISTRY, *VOUCHER) for route in router.routes}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Row:
    """A clause as the page tells it."""

    paper: str
    clause: str
    asks: str
    operations: list[str]
    tests: list[str]
    left_out: str


def read_rows() -> list[Row]:
    rows, paper = [], ""
    for line in (ROOT / "docs" / "policy-coverage.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## .*\(`(.+)`\)", line):
            paper = heading[1]
        elif line.startswith("| ") and not line.startswith("| clause"):
            clause, asks, through, held_by, left_out = [cell.strip() for cell in line.strip("|").split("|")]
            rows.append(Row(paper, clause, asks, NAMED.findall(through), NAMED.findall(held_by), left_out))
    return rows


ROWS = read_rows()


def test_the_five_papers_have_126_clauses() -> None:
    clauses = {name: len(paper(name).clauses) for name in PAPERS}
    assert (clauses, sum(clauses.values())) == (COUNTS, 126)


@pytest.mark.parametrize("name", PAPERS)
def test_every_clause_of_a_paper_is_told_once_in_order(name: str) -> None:
    assert [row.clause for row in ROWS if row.paper == name] == [clause.id for clause in paper(name).clauses]


def test_every_clause_is_done_or_left_out_with_a_reason() -> None:
    told = [row for row in ROWS if row.asks and (row.operations or row.left_out)]
    assert [row for row in ROWS if row not in told] == []


def test_what_names_a_class_of_founders_is_done_by_recording_them() -> None:
    named = {clause for kind in founder_kinds().values() for clause in kind.clauses}
    without = {(row.paper, row.clause) for row in ROWS if "create_founder_class" not in row.operations}
    assert named & without == set()


def test_whatever_is_done_is_held_by_a_test() -> None:
    assert [row for row in ROWS if bool(row.operations) != bool(row.tests)] == []


def test_every_operation_named_exists() -> None:
    assert {name for row in ROWS for name in row.operations} - OPERATIONS == set()


def test_every_test_named_exists() -> None:
    assert {test for row in ROWS for test in row.tests if not is_there(test)} == set()
