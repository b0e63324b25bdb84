"""The reasons of this wing in full: code, rule, pointer and numbers are what a caller is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.registry.transfer.domain.exporting import Bounds, Export, ExportFormat, ExportKind
from services.registry.transfer.domain.importing import Cells, Earlier, Judged, Line, Outcome, settle
from services.registry.transfer.domain.normalising import amount_of, code_of

ID = UUID(int=1)
LINE = Line(2, 1, 3, "key", {"name": "甲"}, (), ())
ASKED = Export(
    id=ID,
    kind=ExportKind.SPACES,
    format=ExportFormat.CSV,
    wanted=Bounds(),
    sight={},
    job_id=ID,
    client="a",
    requested_by="a",
    requested_at=datetime(2020, 9, 14, tzinfo=UTC),
)


def cell(text: str, how: Callable[[Cells], object]) -> list[Reason]:
    cells = Cells({"name": text})
    how(cells)
    return cells.faults


ONE_THING = "a cell means one thing"
NAMED = "a line names what it is about"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (cell("1E+17", lambda one: one.read("name", code_of)), Reason("cell.digits_lost", ONE_THING, "/name")),
        (
            cell("1元", lambda one: one.read("name", lambda text: amount_of(text, "万元"))),
            Reason("cell.unit", ONE_THING, "/name", {"unit": "元", "column": "万元"}),
        ),
        (
            cell("长" * 4_097, lambda one: one.read("name", code_of)),
            Reason("name.too_long", "cells are bounded", "/name", {"limit": 4_096}),
        ),
        (cell("甲", lambda one: one.require("uscc")), Reason("cell.missing", NAMED, "/uscc")),
    ],
)
def test_a_fault_of_a_cell_is_told_in_full(found: list[Reason], told: Reason) -> None:
    assert found == [told]


def test_a_contradiction_names_the_line_that_came_first() -> None:
    (one,) = settle([LINE], {"key": Earlier(1, "another", None)}, lambda line: Judged(line, Outcome.CREATED))
    rule = "an import says one thing of a thing"
    assert one.faults == (Reason("import.contradiction", rule, numbers={"line": 1}),)


def test_a_file_that_is_not_made_yet_is_told_with_its_state() -> None:
    with pytest.raises(Refusal) as refusal:
        ASKED.file()
    assert [(one.code, one.numbers) for one in refusal.value.reasons] == [("export.not_ready", {"state": "asked"})]
