"""Decides what figures are worth: points, score and grade, in whole basis points."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from services.registry.assessment.domain.figure import Figure
from services.registry.assessment.domain.indicator import points, vetoes
from services.registry.assessment.domain.indicator_system import SystemFacts


class Grade(StrEnum):
    """优秀, 合格, 不合格."""

    EXCELLENT = "excellent"
    PASS = "pass"
    FAIL = "fail"


@dataclass(frozen=True)
class Result:
    """What figures came to; score in basis points of all points."""

    figures: tuple[Figure, ...]
    score: int
    grade: Grade


def judge(system: SystemFacts, figures: Sequence[Figure]) -> Result:
    """Score figures, all of which are given: ValueError otherwise.

    The score is the sum of the points, each rounded down to a whole basis point. A veto fails whatever the score is.
    """
    judged = tuple(_judged(system, one) for one in figures)
    score = sum(one.points or 0 for one in judged)
    return Result(judged, score, _grade(system, score, vetoed=any(one.vetoed for one in judged)))


def _judged(system: SystemFacts, figure: Figure) -> Figure:
    if figure.value is None:
        raise ValueError(f"nobody has given the figure {figure.indicator}")
    indicator = system.by_id[figure.indicator]
    return replace(figure, points=points(indicator, figure.value), vetoed=vetoes(indicator, figure.value))


def _grade(system: SystemFacts, score: int, *, vetoed: bool) -> Grade:
    if vetoed or score < system.pass_from:
        return Grade.FAIL
    return Grade.EXCELLENT if score >= system.excellent_from else Grade.PASS
