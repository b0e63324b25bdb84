"""A province contains its cities, a city its districts, and everything else only itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.region import contains, prefix

codes = st.from_regex("[0-9]{6}", fullmatch=True)
local = st.text(max_size=8).filter(lambda code: not (len(code) == 6 and code.isascii() and code.isdigit()))


@pytest.mark.parametrize(
    ("bound", "region", "inside"),
    [
        ("440700", "440703", True),
        ("440700", "440700", True),
        ("440700", "440803", False),
        ("440700", "440000", False),
        ("440000", "440703", True),
        ("440000", "440700", True),
        ("440000", "450703", False),
        ("440703", "440704", False),
        ("440703", "440703", True),
        ("zone-00", "zone-01", False),
        ("00", "440703", False),
        ("４４０７００", "４４０７０３", False),
    ],
)
def test_a_region_lies_in_its_city_and_province(bound: str, region: str, inside: bool) -> None:
    assert contains(bound, region) is inside


@given(codes | local)
def test_every_region_contains_itself(code: str) -> None:
    assert contains(code, code)


@given(codes, codes)
def test_two_regions_that_contain_each_other_are_one(one: str, other: str) -> None:
    assert not (contains(one, other) and contains(other, one)) or one == other


@given(codes, st.integers(0, 99), st.integers(0, 99))
def test_what_lies_in_a_city_lies_in_its_province(code: str, city: int, district: int) -> None:
    province, inside = code[:2] + "0000", f"{code[:2]}{city:02}{district:02}"
    assert contains(province, inside)
    assert contains(inside[:4] + "00", inside)


@given(local, codes)
def test_a_local_code_contains_only_itself(code: str, region: str) -> None:
    assert prefix(code) is None
    assert not contains(code, region)
