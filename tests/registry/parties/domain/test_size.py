"""A size class follows from the figures of a year: every lower bound is reached, or it is one class down."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.parties.data import size_standard
from services.registry.parties.domain.organization import SizeClass
from services.registry.parties.domain.size import (
    CLASSES,
    Figures,
    Measure,
    SizeDeclaration,
    SizeFacts,
    SizeSource,
    latest,
    size_faults,
    size_of,
    yearly,
)
from tests.registry.samples import TODAY

ME = UUID(int=1)
WAN = 1_000_000
STANDARD = size_standard()
INDUSTRIES = STANDARD.industries
FACTS = SizeFacts(ME, 2019, "software", {Measure.STAFF: 42, Measure.REVENUE: 980 * WAN}, SizeSource.DECLARED)


def figures(staff: int | None = None, revenue: int | None = None, assets: int | None = None) -> Figures:
    """Amounts in 万元, as the standard writes them."""
    amounts = {Measure.REVENUE: revenue, Measure.ASSETS: assets}
    return {Measure.STAFF: staff, **{one: None if told is None else told * WAN for one, told in amounts.items()}}


def declared(year: int, size_class: SizeClass, source: SizeSource = SizeSource.DECLARED) -> SizeDeclaration:
    return SizeDeclaration(UUID(int=year), replace(FACTS, year=year, source=source), size_class, STANDARD.number)


@pytest.mark.parametrize(
    ("industry", "told", "wanted"),
    [
        ("manufacturing", figures(1_000, 40_000), SizeClass.LARGE),
        ("manufacturing", figures(999, 40_000), SizeClass.MEDIUM),
        ("manufacturing", figures(1_000, 1_999), SizeClass.SMALL),
        ("manufacturing", figures(19, 40_000), SizeClass.MICRO),
        ("software", figures(100, 1_000), SizeClass.MEDIUM),
        ("software", figures(99, 1_000), SizeClass.SMALL),
        ("leasing_and_business_services", figures(300, None, 7_999), SizeClass.SMALL),
        ("wholesale", figures(5, 1_000), SizeClass.SMALL),
        ("retail", figures(300, 20_000), SizeClass.LARGE),
        ("other", figures(10), SizeClass.SMALL),
        ("other", figures(0), SizeClass.MICRO),
    ],
)
def test_a_class_reaches_every_lower_bound_of_its_industry(industry: str, told: Figures, wanted: SizeClass) -> None:
    assert size_of(told, INDUSTRIES[industry]) is wanted


@given(st.sampled_from(sorted(INDUSTRIES)), st.lists(st.integers(0, 10**13), min_size=6, max_size=6))
def test_more_of_anything_is_never_a_smaller_class(industry: str, numbers: list[int]) -> None:
    few = dict(zip(Measure, numbers, strict=False))
    more = {measure: few[measure] + added for measure, added in zip(Measure, numbers[3:], strict=True)}
    smaller, larger = size_of(few, INDUSTRIES[industry]), size_of(more, INDUSTRIES[industry])
    assert CLASSES.index(smaller) <= CLASSES.index(larger)


@pytest.mark.parametrize("industry", sorted(INDUSTRIES))
def test_the_bounds_of_an_industry_rise(industry: str) -> None:
    assert [list(least) for least in INDUSTRIES[industry].least.values()] == [
        sorted(set(least)) for least in INDUSTRIES[industry].least.values()
    ]


@pytest.mark.parametrize(
    ("facts", "by_itself", "wanted"),
    [
        (FACTS, True, set()),
        (replace(FACTS, year=2021), False, {("size.year", "/year")}),
        (replace(FACTS, year=1948), False, {("size.year", "/year")}),
        (replace(FACTS, industry="alchemy"), False, {("size.industry", "/industry")}),
        (replace(FACTS, figures=figures(42)), False, {("size.missing", "/revenue")}),
        (replace(FACTS, figures=figures(-1, 10**12)), False, {("size.figure", "/staff"), ("size.figure", "/revenue")}),
        (replace(FACTS, source=SizeSource.REGISTER), True, {("field.not_yours", "/source")}),
        (replace(FACTS, source=SizeSource.REGISTER), False, set()),
        (replace(FACTS, year=2018), True, {("size.settled", "/year")}),
        (replace(FACTS, year=2018), False, set()),
    ],
)
def test_all_that_is_wrong_with_a_declaration_is_told(
    facts: SizeFacts, by_itself: bool, wanted: set[tuple[str, str]]
) -> None:
    known = [declared(2018, SizeClass.SMALL, SizeSource.OPERATOR), declared(2019, SizeClass.SMALL)]
    found = size_faults(facts, known, standard=STANDARD, by_itself=by_itself, today=TODAY)
    assert {(reason.code, reason.pointer) for reason in found} == wanted


def test_the_newest_of_the_newest_year_counts() -> None:
    of_2019, again = declared(2019, SizeClass.SMALL), declared(2019, SizeClass.MEDIUM)
    assert latest([]) is None
    assert latest([of_2019, declared(2018, SizeClass.LARGE)]) == of_2019
    assert latest([of_2019, again, declared(2018, SizeClass.LARGE)]) == again


def test_of_each_year_the_newest_declaration_counts() -> None:
    of_2019, again, of_2018 = (
        declared(2019, SizeClass.SMALL),
        declared(2019, SizeClass.MEDIUM),
        declared(2018, SizeClass.LARGE),
    )
    assert yearly([of_2019, again, of_2018]) == [of_2018, again]
