"""Score and grade follow from the figures alone, exactly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.assessment.domain.figure import Figure
from services.registry.assessment.domain.indicator import Indicator, IndicatorKind, Unit
from services.registry.assessment.domain.scoring import Grade, Result, judge
from tests.registry.assessment.samples import SYSTEM

VETO = Indicator(id="fires", zh="事故", en="Fires", kind=IndicatorKind.VETO, unit=Unit.CASES, most=0)
WITH_VETO = replace(SYSTEM, indicators=(*SYSTEM.indicators, VETO))
FIGURES = st.integers(0, 100)
RANK = [Grade.FAIL, Grade.PASS, Grade.EXCELLENT]


def result(business: int, trainees: int, fires: int = 0) -> Result:
    values = {"business": business, "trainees": trainees, "fires": fires}
    return judge(WITH_VETO, [Figure(indicator=name, counted=value) for name, value in values.items()])


@pytest.mark.parametrize(
    ("business", "trainees", "score", "grade"),
    [
        (0, 0, 0, Grade.FAIL),
        (19, 40, 5900, Grade.FAIL),
        (20, 40, 6000, Grade.PASS),
        (44, 40, 8400, Grade.PASS),
        (45, 40, 8500, Grade.EXCELLENT),
        (99, 99, 10_000, Grade.EXCELLENT),
    ],
)
def test_grades_begin_exactly_at_their_bounds(business: int, trainees: int, score: int, grade: Grade) -> None:
    found = result(business, trainees)
    assert (found.score, found.grade) == (score, grade)


def test_every_number_is_kept_with_its_figure() -> None:
    assert [(one.indicator, one.points, one.vetoed) for one in result(30, 40, 1).figures] == [
        ("business", 3000, False),
        ("trainees", 4000, False),
        ("fires", 0, True),
    ]


@given(one=FIGURES, other=FIGURES, trainees=FIGURES)
def test_more_of_anything_scored_is_never_worse(one: int, other: int, trainees: int) -> None:
    less, more = sorted((one, other))
    below, above = result(less, trainees), result(more, trainees)
    assert below.score <= above.score
    assert RANK.index(below.grade) <= RANK.index(above.grade)


@given(business=FIGURES, trainees=FIGURES, fires=st.integers(1, 100))
def test_a_veto_fails_whatever_the_score_is(business: int, trainees: int, fires: int) -> None:
    assert result(business, trainees, fires).grade is Grade.FAIL
    assert result(business, trainees, fires).score == result(business, trainees).score


def test_a_figure_that_nobody_gave_is_not_judged() -> None:
    with pytest.raises(ValueError, match="business"):
        judge(SYSTEM, [Figure(indicator="business")])
