"""What the text of a cell means, and which changes that took."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.catalogue.data import shipped
from services.registry.catalogue.domain.region import Region
from services.registry.transfer.domain import normalising
from services.registry.transfer.domain.headers import fold
from services.registry.transfer.domain.normalising import (
    CellFault,
    amount_of,
    choice_of,
    code_of,
    count_of,
    day_of,
    name_of,
    region_of,
    year_of,
)
from services.registry.transfer.domain.places import places_of
from services.standards.money import LARGEST, format_amount

PLACES = places_of({row["code"]: Region(**row) for row in shipped("regions")})
Read = Callable[[str], normalising.Meant[Any]]


@pytest.mark.parametrize(
    ("read", "cell", "value", "rules"),
    [
        (code_of, "91350100M000100Y43", "91350100M000100Y43", ()),
        (code_of, "９１350100m000100y43", "91350100M000100Y43", ("full_width", "capitals")),
        (code_of, " 913501 00-M000100Y43\u200b", "91350100M000100Y43", ("invisible", "blanks", "separators")),
        (name_of, "江门市某某公司", "江门市某某公司", ()),
        (name_of, "江門市　某某 公司", "江门市某某公司", ("blanks", "traditional")),
        (name_of, "ＡＢＣ（江门）Co Ltd", "ABC（江门）Co Ltd", ("full_width",)),
        (name_of, "e\u0301t\ufeffe", "éte", ("composed", "invisible")),
        (name_of, "A  B", "A B", ("blanks",)),
        (day_of, "2018-03-15", date(2018, 3, 15), ()),
        (day_of, "2018/3/15", date(2018, 3, 15), ("form",)),
        (day_of, "2018.03.15", date(2018, 3, 15), ("form",)),
        (day_of, "2018年3月15日", date(2018, 3, 15), ("form",)),
        (day_of, "２０１８年３月１５号", date(2018, 3, 15), ("full_width", "form")),
        (day_of, "20180315", date(2018, 3, 15), ("form",)),
        (day_of, "43174", date(2018, 3, 15), ("serial_day",)),
        (amount_of, "1234.5", 123_450, ()),
        (amount_of, "1,234.5万元", 1_234_500_000, ("grouping", "unit")),
        (amount_of, "￥ 1,234.50", 123_450, ("full_width", "blanks", "currency", "grouping")),
        (amount_of, "人民币3亿元", 30_000_000_000, ("currency", "unit")),
        (amount_of, "0.000001万", 1, ("unit",)),
        (amount_of, "1萬元", 1_000_000, ("currency", "unit")),
        (count_of, "300", 300, ()),
        (count_of, "1,200人", 1_200, ("form",)),
        (count_of, "12.0", 12, ("form",)),
        (year_of, "2019", 2019, ()),
        (year_of, "2019年度", 2019, ("form",)),
    ],
)
def test_a_cell_means_one_thing_however_it_was_typed(read: Read, cell: str, value: Any, rules: tuple[str, ...]) -> None:
    assert read(cell) == (value, rules)


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (code_of, "1.1331081002679E+17", "cell.digits_lost"),
        (day_of, "3/4/2018", "cell.day"),
        (day_of, "2018-02-30", "cell.day"),
        (day_of, "18-03-15", "cell.day"),
        (day_of, "2018年3月", "cell.day"),
        (amount_of, "1,00", "cell.amount"),
        (amount_of, "-5", "cell.amount"),
        (amount_of, "5美元", "cell.amount"),
        (amount_of, "12,34万元", "cell.amount"),
        (amount_of, "五万元", "cell.amount"),
        (amount_of, "1.005", "cell.not_whole_fen"),
        (amount_of, "0.0000001万元", "cell.not_whole_fen"),
        (amount_of, "9" * 20, "amount.too_large"),
        (count_of, "12.5", "cell.count"),
        (count_of, "许多", "cell.count"),
        (year_of, "19", "cell.year"),
        (lambda cell: region_of(cell, PLACES), "无此区", "region.unlisted"),
        (lambda cell: choice_of(cell, {}, ["小型"]), "别的", "cell.choice"),
    ],
)
def test_what_could_mean_two_things_or_none_is_refused(read: Read, cell: str, code: str) -> None:
    with pytest.raises(CellFault) as fault:
        read(cell)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("unit", "fen"), [("", 1_00), ("元", 1_00), ("千元", 1_000_00), ("万元", 10_000_00), ("萬元", 10_000_00)]
)
def test_an_amount_without_a_unit_is_in_that_of_its_column(unit: str, fen: int) -> None:
    assert amount_of("1", unit).value == fen


def test_a_cell_and_its_column_may_name_the_same_unit_and_no_other() -> None:
    assert amount_of("1万元", "万").value == 1_000_000
    with pytest.raises(CellFault, match=r"cell\.unit"):
        amount_of("1元", "万元")
    with pytest.raises(CellFault, match=r"cell\.amount"):
        amount_of("1", "美元")


@pytest.mark.parametrize(
    "word",
    [
        "440703",
        "蓬江区",
        "蓬江",
        "江门市蓬江区",
        "江门蓬江",
        "广东省江门市蓬江区",
        "Pengjiang",
        "蓬江區",
        "江門市 蓬江區",
    ],
)
def test_a_region_is_found_under_each_of_its_names(word: str) -> None:
    assert region_of(word, PLACES).value == "440703"


def test_a_name_of_two_regions_is_refused_with_both() -> None:
    both = {code: Region(code, "城区", "Town", parent) for code, parent in (("1", None), ("2", None))}
    with pytest.raises(CellFault) as fault:
        region_of("城区", places_of(both))
    assert (fault.value.code, fault.value.numbers["regions"]) == ("cell.region_ambiguous", "1, 2")


def test_a_short_name_keeps_its_ending() -> None:
    assert "沙" not in places_of({"1": Region("1", "沙市", "Shashi", None)})


@pytest.mark.parametrize(
    ("word", "rules"), [("small", ()), ("小型企业", ("word",)), (" 小型 企業 ", ("blanks", "word"))]
)
def test_a_word_stands_for_what_it_means(word: str, rules: tuple[str, ...]) -> None:
    assert choice_of(word, {fold("小型企业"): "small", "small": "small"}, ["小型"]) == ("small", rules)


def test_what_changes_the_direction_of_a_name_stays_so_that_the_name_is_refused() -> None:
    assert name_of("江门\u202e司公").value == "江门\u202e司公"


@given(st.integers(0, LARGEST))
def test_an_amount_that_the_house_writes_is_read_unchanged(fen: int) -> None:
    assert amount_of(format_amount(fen)) == (fen, ())


@given(st.integers(0, 10**10), st.sampled_from(["万元", "亿元", "千元", ""]))
def test_a_unit_multiplies_and_loses_nothing(fen: int, unit: str) -> None:
    times = {"万元": 10_000, "亿元": 100_000_000, "千元": 1_000, "": 1}[unit]
    assert amount_of(format_amount(fen) + unit).value == fen * times


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_day_is_the_same_in_each_of_its_forms(day: date) -> None:
    forms = [f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}"]
    assert {day_of(form).value for form in forms} == {day}


@given(st.text(max_size=40))
def test_what_was_read_is_read_again_without_a_change(cell: str) -> None:
    for read in (name_of, code_of):
        try:
            once = read(cell).value
        except CellFault:
            continue
        assert read(once) == (once, ())
