"""What a figure earns, and what may be an indicator."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Reason
from services.registry.assessment.domain.indicator import (
    WHOLE,
    Counter,
    Indicator,
    IndicatorKind,
    Step,
    Unit,
    indicator_faults,
    points,
    vetoes,
)
from tests.registry.assessment.samples import BUSINESS, TRAINEES

STEPS = replace(BUSINESS, full_at=None, steps=(Step(1, 2500), Step(10, WHOLE)))
VETO = Indicator(id="fires", zh="事故", en="Fires", kind=IndicatorKind.VETO, unit=Unit.CASES, most=0)
FIGURES = st.integers(0, 10**15)


@st.composite
def scored(draw: st.DrawFn) -> Indicator:
    """A scored indicator with a line or with steps."""
    weight = draw(st.integers(1, WHOLE))
    if draw(st.booleans()):
        bottom, length = draw(st.integers(0, 10**6)), draw(st.integers(1, 10**12))
        return replace(BUSINESS, weight=weight, nothing_at=bottom, full_at=bottom + length)
    starts = sorted(draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=6)))
    shares = sorted(draw(st.sets(st.integers(0, WHOLE - 1), min_size=len(starts) - 1, max_size=len(starts) - 1)))
    steps = tuple(Step(start, share) for start, share in zip(starts, [*shares, WHOLE], strict=True))
    return replace(BUSINESS, weight=weight, full_at=None, steps=steps)


@given(indicator=scored(), one=FIGURES, other=FIGURES)
def test_a_larger_figure_never_earns_less_and_none_more_than_all(indicator: Indicator, one: int, other: int) -> None:
    assert indicator_faults(indicator, 0) == []
    less, more = sorted((one, other))
    assert 0 <= points(indicator, less) <= points(indicator, more) <= indicator.weight


@given(indicator=scored())
def test_all_points_can_be_earned(indicator: Indicator) -> None:
    assert points(indicator, 10**15) == indicator.weight


@pytest.mark.parametrize(
    ("indicator", "figure", "earned"),
    [
        (BUSINESS, 0, 0),
        (BUSINESS, 30, 3000),
        (BUSINESS, 61, 6000),
        (replace(BUSINESS, weight=1000, full_at=3), 2, 666),
        (replace(BUSINESS, nothing_at=30), 30, 0),
        (replace(BUSINESS, nothing_at=30), 45, 3000),
        (STEPS, 0, 0),
        (STEPS, 9, 1500),
        (STEPS, 10, 6000),
    ],
)
def test_points_are_whole_and_rounded_down(indicator: Indicator, figure: int, earned: int) -> None:
    assert points(indicator, figure) == earned


@pytest.mark.parametrize(
    ("bounds", "figure", "fails"),
    [((3, None), 2, True), ((3, None), 3, False), ((None, 0), 0, False), ((None, 0), 1, True), ((1, 1), 1, False)],
)
def test_a_veto_fails_outside_its_bounds(bounds: tuple[int | None, int | None], figure: int, fails: bool) -> None:
    veto = replace(VETO, least=bounds[0], most=bounds[1])
    assert (vetoes(veto, figure), indicator_faults(veto, 0)) == (fails, [])


def test_a_scored_indicator_vetoes_nothing() -> None:
    assert not vetoes(BUSINESS, 0)


LINE = "one scale that rises to all points: a line, or steps"
COUNTED = "an indicator sums different counters of its own unit"


@pytest.mark.parametrize(
    ("changes", "code", "rule", "at"),
    [
        ({"id": "A b"}, "indicator.id", "small letters, digits and hyphens", "id"),
        ({"zh": ""}, "name.empty", "a name has at least one visible character", "zh"),
        ({"en": " "}, "name.empty", "a name has at least one visible character", "en"),
        ({"clause": "a" * 2001}, "name.too_long", "names are bounded", "clause"),
        ({"weight": 0}, "indicator.weight", "a scored indicator has a weight", "weight"),
        ({"weight": 10_001}, "indicator.weight", "a scored indicator has a weight", "weight"),
        ({"full_at": None}, "indicator.scale", LINE, "full_at"),
        ({"full_at": 0}, "indicator.scale", LINE, "full_at"),
        ({"nothing_at": -1}, "indicator.scale", LINE, "full_at"),
        ({"steps": (Step(0, WHOLE),)}, "indicator.scale", LINE, "full_at"),
        ({"full_at": None, "steps": (Step(0, 5),)}, "indicator.scale", LINE, "full_at"),
        ({"full_at": None, "steps": (Step(5, 5), Step(1, WHOLE))}, "indicator.scale", LINE, "full_at"),
        ({"full_at": None, "steps": (Step(-1, WHOLE),)}, "indicator.scale", LINE, "full_at"),
        ({"full_at": None, "nothing_at": 1, "steps": (Step(1, WHOLE),)}, "indicator.scale", LINE, "full_at"),
        ({"least": 1}, "indicator.bound", "only a veto has bounds", "least"),
        ({"most": 1}, "indicator.bound", "only a veto has bounds", "least"),
        ({"counted_from": (Counter.TRAINEES,)}, "indicator.counter", COUNTED, "counted_from"),
    ],
)
def test_a_scored_indicator_says_what_is_wrong_with_it(changes: dict[str, Any], code: str, rule: str, at: str) -> None:
    (fault,) = indicator_faults(replace(BUSINESS, **changes), 2)
    assert (fault.code, fault.rule, fault.pointer) == (code, rule, f"/indicators/2/{at}")


@pytest.mark.parametrize(
    ("changes", "code", "rule", "at"),
    [
        ({"weight": 1}, "indicator.weight", "a veto earns nothing", "weight"),
        ({"full_at": 1}, "indicator.weight", "a veto earns nothing", "weight"),
        ({"nothing_at": 1}, "indicator.weight", "a veto earns nothing", "weight"),
        ({"steps": (Step(0, 1),)}, "indicator.weight", "a veto earns nothing", "weight"),
        ({"most": None}, "indicator.bound", "a veto has a least or a most, in this order", "least"),
        ({"least": 1}, "indicator.bound", "a veto has a least or a most, in this order", "least"),
    ],
)
def test_a_veto_says_what_is_wrong_with_it(changes: dict[str, Any], code: str, rule: str, at: str) -> None:
    (fault,) = indicator_faults(replace(VETO, **changes), 0)
    assert (fault.code, fault.rule, fault.pointer) == (code, rule, f"/indicators/0/{at}")


def test_a_counter_is_summed_once_and_in_its_unit() -> None:
    twice = replace(TRAINEES, counted_from=(Counter.TRAINEES, Counter.TRAINEES))
    assert indicator_faults(twice, 0) == [
        Reason("indicator.counter", COUNTED, "/indicators/0/counted_from", {"unit": "persons"})
    ]


def test_the_numbers_of_the_faults_are_told() -> None:
    told = [fault.numbers for fault in indicator_faults(replace(BUSINESS, id="X", weight=0), 0)]
    assert told == [{"id": "X"}, {"most": WHOLE}]
