"""In which parts treasuries pay: as the file says for whom it is paid to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.standards.split import largest_remainder
from services.voucher.scheme.domain.rule import When
from services.voucher.scheme.domain.settlement import Part, Split, SplitCase, parts_of

TODAY = date(2021, 6, 1)
HALVES = (Part("city", 1), Part("district", 1))
SPLIT = Split(
    (Part("city", 3), Part("district", 7)),
    "clause 1",
    (SplitCase(When((("region", ("440781",)),)), HALVES, "clause 2"),),
)


@pytest.mark.parametrize(
    ("region", "parts", "source"), [("440703", SPLIT.parts, "clause 1"), ("440781", HALVES, "clause 2")]
)
def test_the_first_case_that_holds_counts(region: str, parts: tuple[Part, ...], source: str) -> None:
    assert parts_of(SPLIT, {"region": frozenset({region})}, TODAY) == (parts, source)


@given(amount=some.integers(min_value=0, max_value=10**12))
def test_the_parts_add_up(amount: int) -> None:
    parts, _ = parts_of(SPLIT, {}, TODAY)
    assert sum(largest_remainder(amount, [part.weight for part in parts])) == amount
