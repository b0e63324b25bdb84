"""Which column is which field."""

import pytest

from services.chassis.refusals import Refusal
from services.registry.transfer.domain.headers import Found, cells_of, find_table
from services.registry.transfer.domain.organization_lines import COLUMNS
from services.registry.transfer.domain.sheets import CSV, tables_of
from tests.registry.transfer.samples import HEAD, Rows, as_csv, firms


def found(*rows: tuple[str, ...], delimiter: str = ",", **mapping: str) -> Found:
    return find_table(tables_of(as_csv(rows, delimiter=delimiter), CSV), COLUMNS, mapping)


def refused(*rows: tuple[str, ...]) -> tuple[str, object]:
    with pytest.raises(Refusal) as refusal:
        found(*rows)
    (reason,) = refusal.value.reasons
    return reason.code, next(iter(reason.numbers.values()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_by_which_the_header_is_found(delimiter: str) -> None:
    assert found(HEAD, *firms(1, 1), delimiter=delimiter).header.places == {"uscc": 0, "name": 1, "region": 2}


@pytest.mark.parametrize(
    "head",
    [
        ("uscc", "name", "region"),
        ("統一社會信用代碼", "單位名稱", "所屬區縣"),
        (" 统一社会信用代码 *", "单位 名称", "所属区县（市、区）"),
        ("Uscc", "NAME", "Region"),
    ],
)
def test_a_header_is_known_however_it_is_written(head: tuple[str, ...]) -> None:
    assert set(found(head).header.places) == {"uscc", "name", "region"}


def test_the_header_may_stand_under_a_title() -> None:
    table = found(("江门市企业名单",), ("填报单位：", "科技局"), HEAD, *firms(1, 1))
    assert (table.header.row, [row.number for row in table.rows]) == (3, [4])


def test_a_unit_stands_in_the_header_of_its_column() -> None:
    header = found((*HEAD, "营业收入（万元）", "资产总额(元)", "从业人员")).header
    assert header.units == {"revenue": "万元", "assets": "元"}
    assert {"revenue", "assets", "staff"} <= header.places.keys()


@pytest.mark.parametrize("head", ["年营收（万元）", "年营收/万元"])
def test_a_header_that_is_mapped_keeps_its_unit(head: str) -> None:
    header = found((*HEAD, head), **{head: "revenue"}).header
    assert header.units == {"revenue": "万元"}


def test_each_header_is_told_with_what_it_was_taken_for() -> None:
    headings = found(("序号", *HEAD, "", "上年度营业收入（万元）")).header.headings
    assert [(one.header, one.field, one.unit) for one in headings] == [
        ("序号", None, None),
        ("统一社会信用代码", "uscc", None),
        ("单位名称", "name", None),
        ("所属区县", "region", None),
        ("上年度营业收入（万元）", "revenue", "万元"),
    ]


def test_a_list_without_a_column_is_told_how_it_may_be_headed_and_what_stands_instead() -> None:
    with pytest.raises(Refusal) as refusal:
        found(("统一社会信用代码", "单位名称", "辖区"), *firms(1, 1))
    numbers = refusal.value.reasons[0].numbers
    assert (numbers["missing"], numbers["strange"]) == ("region", "辖区")
    assert str(numbers["columns"]).startswith("所属区县、所属县区、区县")


def test_what_is_missing_is_told_where_least_is_missing() -> None:
    assert refused(("名称",), ("名称", "区县")) == ("import.header", "uscc")


def test_a_field_that_stands_twice_is_refused() -> None:
    assert refused((*HEAD, "名称")) == ("import.header_twice", "名称")


def test_a_header_of_ones_own_goes_before_the_known_ones() -> None:
    rows: Rows = [("统一社会信用代码", "曾用名", "单位", "区县")]
    table = find_table(tables_of(as_csv(rows), CSV), COLUMNS, {"单位": "name"})
    assert table.header.places["name"] == 2


def test_empty_cells_and_unknown_columns_say_nothing() -> None:
    table = found((*HEAD, "备注", "企业类型"), ("x", " ", "y"))
    (row,) = table.rows
    assert cells_of(table.header, row) == {"uscc": "x", "region": "y"}
