"""What a voucher pays: the published figures, and what must hold of every price."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.standards.money import parse_amount
from services.voucher.scheme.domain.pricing import price
from tests.voucher.scheme.samples import a_scheme

RATE = a_scheme().rate
WORKED = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
VECTORS = [vector for vector in WORKED if vector.get("scheme") == "jiangmen-service-2020"]
FEN = some.integers(min_value=0, max_value=10**12)


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
