"""A sheet shows what is in it: no text becomes a formula, numbers stay numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.sheets import tables_of
from services.standards.spreadsheet import BOM, XLSX, cell, workbook, written


@pytest.mark.parametrize("text", ["=1+1", "+1-1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1.2.3"])
def test_what_looks_like_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "0", "江门", "a=b", "", "2020-09-14"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=1, max_size=4)))
def test_every_cell_is_read_again_and_none_is_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(written(rows).removeprefix(BOM), newline="")))
    assert read == [[cell(text) for text in row] for row in rows]


def test_a_sheet_begins_with_a_byte_order_mark() -> None:
    assert written([["甲", "-1.00"]]) == f"{BOM}甲,-1.00\r\n"


def test_a_workbook_is_read_again_as_it_was_written() -> None:
    (table,) = tables_of(workbook([("名称", "件数"), ("=1+1", 12), (None, 3)]), XLSX)
    assert [row.cells for row in table] == [("名称", "件数"), ("=1+1", "12"), ("", "3")]
