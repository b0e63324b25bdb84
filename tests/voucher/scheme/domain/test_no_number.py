"""Every number of a scheme stands in its file: the rules know none, and count exactly whatever it is."""

import ast
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme import domain
from services.voucher.scheme.domain.pricing import price_lines
from services.voucher.scheme.domain.quote import quote
from tests.voucher.scheme.samples import a_document, a_scheme

RULES = [
    "allocation",
    "awards",
    "backing",
    "caps",
    "eligibility",
    "exclusions",
    "leftover",
    "pricing",
    "rate",
    "rate_base",
    "rule",
    "sanctions",
    "settlement",
    "under_use",
    "validity",
    "price_quote",
    "award_quote",
    "year_quote",
    "holder_quote",
    "replay",
]
CALENDAR = {0, 1, 12}
"""Nothing, one, and the months of a year."""


def numbers(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in CALENDAR:
            yield str(node.value)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_knows_no_number(name: str) -> None:
    source = (Path(domain.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    assert list(numbers(source)) == []


def test_a_number_in_a_rule_would_be_found() -> None:
    assert set(numbers("LIMIT = min(asked, 100000)\nRATE = 0.5")) == {"100000", "0.5"}


@given(limit=some.integers(1, 10**14))
def test_a_limit_is_what_the_file_says_it_is(limit: int) -> None:
    said = {"caps": [{**a_document()["caps"][2], "limit": f"{limit}.00"}]}
    assert quote(a_document(said), {"invoice": f"{3 * limit}.00"})["subsidy"] == f"{min(limit, 3 * limit // 2)}.00"


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    lines = [(a_scheme({"rate/share": "1.00"}).rate, fen) for fen in (10, 20)]
    assert price_lines(lines).subsidy == 30
    assert float(10**17 + 1) == float(10**17), "what a float would make of the next"
    assert price_lines([(a_scheme({"rate/share": "1.00"}).rate, 10**17 + 1)]).subsidy == 10**17 + 1


def test_a_hundred_thousand_lines_add_up_to_the_fen() -> None:
    rate = a_scheme({"rate/share": "0.333333"}).rate
    bases = [10**12 + place for place in range(100_000)]
    assert price_lines([(rate, base) for base in bases]).subsidy == int(sum(bases) * Fraction(333333, 10**6))
