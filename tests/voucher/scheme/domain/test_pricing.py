"""What a voucher pays: the published figures, and what must hold of every price."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.standards.money import parse_amount
from services.voucher.scheme.domain.pricing import NO_LIMITS, Price, price_lines
from services.voucher.scheme.domain.rate import Band, Rate, kind_of
from tests.voucher.scheme.samples import a_scheme

RATE = a_scheme().rate
WORKED = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
VECTORS = [vector for vector in WORKED if vector.get("scheme") == "jiangmen-service-2020"]
FEN = some.integers(min_value=0, max_value=10**12)


def price(rate: Rate, *, base: int, limits: Mapping[str, int] = NO_LIMITS) -> Price:
    """What is paid of one line."""
    return price_lines([(rate, base)], limits=limits)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_the_published_figures_come_out(vector: dict[str, str]) -> None:
    found = price(RATE, base=parse_amount(vector["invoice"]), limits={"voucher": parse_amount(vector["wallet"])})
    assert found.subsidy == parse_amount(vector["subsidy"])
    assert found.self_paid == parse_amount(vector["self_paid"])


def test_a_limit_is_named_only_where_it_bites() -> None:
    steps = price(RATE, base=1000, limits={"voucher": 600, "cap": 300}).steps
    assert [(step.rule, step.amount) for step in steps] == [("rate.flat", 500), ("cap", 300)]


def test_a_limit_below_zero_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="at least zero"):
        price(RATE, base=1000, limits={"voucher": -1})


@given(base=FEN, limit=FEN)
def test_subsidy_and_own_part_are_the_base_and_no_limit_is_passed(base: int, limit: int) -> None:
    found = price(RATE, base=base, limits={"voucher": limit})
    assert found.subsidy + found.self_paid == base
    assert found.subsidy == min(int(base * Fraction(1, 2)), limit)
    assert found.steps[-1].amount == found.subsidy


@given(base=FEN, more=FEN)
def test_a_larger_base_never_pays_less(base: int, more: int) -> None:
    assert price(RATE, base=base + more).subsidy >= price(RATE, base=base).subsidy


def banded(*bands: tuple[str, int | None], each: bool = False) -> Rate:
    read = tuple(Band(Fraction(share), up_to) for share, up_to in bands)
    return replace(RATE, kind=kind_of(read), bands=read, line_by_line=each)


THIRD, HALF = banded(("0.333333", None)), RATE
LINES = some.lists(FEN, min_size=1, max_size=8)


def test_lines_are_summed_and_floored_once() -> None:
    assert price_lines([(HALF, 1), (HALF, 1)]).subsidy == 1
    assert price_lines([(HALF, 1), (HALF, 1)]).steps[0].rule == "rate.flat"


def test_a_file_may_have_each_line_floored_by_itself() -> None:
    found = price_lines([(banded(("0.50", None), each=True), 1)] * 2)
    assert (found.subsidy, found.steps[0].rule) == (0, "rate.lines")


def test_lines_of_several_rates_are_floored_once_together() -> None:
    found = price_lines([(HALF, 3), (banded(("0.25", None)), 6)])
    assert (found.subsidy, found.self_paid, found.steps[0].rule) == (3, 6, "rate.sum")


def test_no_line_pays_nothing() -> None:
    assert price_lines([]).subsidy == 0


def test_limits_come_after_all_lines() -> None:
    assert price_lines([(HALF, 100), (THIRD, 100)], limits={"cap": 7}).steps[-1].amount == 7


def test_bands_pay_each_its_share_of_what_lies_in_it() -> None:
    threshold = banded(("1.00", 10_000_00), ("0.50", None))
    assert price(threshold, base=8_000_00).subsidy == 8_000_00
    assert price(threshold, base=60_000_00).subsidy == 35_000_00
    assert price(threshold, base=60_000_00).steps[0].rule == "rate.bands"


@given(bases=LINES)
def test_lines_by_themselves_lose_less_than_a_fen_each(bases: list[int]) -> None:
    summed = price_lines([(THIRD, base) for base in bases]).subsidy
    each = price_lines([(banded(("0.333333", None), each=True), base) for base in bases]).subsidy
    assert 0 <= summed - each < len(bases)
