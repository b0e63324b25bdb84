"""What a grade leads to, in the light of the year before."""

from datetime import date
from uuid import UUID

import pytest

from services.registry.assessment.domain.consequence import (
    CLAUSES,
    Consequence,
    consequence,
    failed_before,
    last_day_of,
)
from services.registry.assessment.domain.scoring import Grade
from services.registry.spaces.domain.recognition import End, EndReason, Level, Recognition, Track


def held(on: date = date(2018, 1, 1), end: End | None = None) -> Recognition:
    one = UUID(int=1)
    return Recognition(one, one, Track.SCIENCE, Level.CITY, "1号", on, one, "一", end)


def revoked(on: date) -> Recognition:
    return held(end=End(on, EndReason.REVOKED))


@pytest.mark.parametrize(
    ("previous", "recognitions", "second"),
    [
        (None, [held()], False),
        (Grade.PASS, [held()], False),
        (Grade.EXCELLENT, [held()], False),
        (Grade.FAIL, [held()], True),
        (Grade.FAIL, [revoked(date(2019, 12, 31)), held(date(2019, 12, 31))], True),
        (Grade.FAIL, [revoked(date(2020, 1, 1)), held(date(2020, 2, 1))], False),
        (Grade.FAIL, [held(end=End(date(2020, 3, 1), EndReason.GIVEN_UP)), held(date(2020, 4, 1))], True),
        (Grade.FAIL, [held(end=End(date(2020, 3, 1), EndReason.UPGRADED)), held(date(2020, 3, 1))], True),
    ],
)
def test_a_fail_is_the_second_in_a_row_unless_a_revocation_ended_the_run(
    previous: Grade | None, recognitions: list[Recognition], second: bool
) -> None:
    assert failed_before(previous, recognitions, year=2020) is second


@pytest.mark.parametrize(
    ("grade", "before", "recognised", "follows"),
    [
        (Grade.EXCELLENT, True, True, Consequence.SUBSIDY_GROUND),
        (Grade.EXCELLENT, False, False, Consequence.ENDED_ALREADY),
        (Grade.PASS, True, True, Consequence.IN_SCOPE),
        (Grade.PASS, False, False, Consequence.ENDED_ALREADY),
        (Grade.FAIL, False, True, Consequence.WARNING),
        (Grade.FAIL, True, True, Consequence.REVOCATION),
        (Grade.FAIL, True, False, Consequence.REVOCATION),
        (Grade.FAIL, False, False, Consequence.ENDED_ALREADY),
    ],
)
def test_what_follows(grade: Grade, before: bool, recognised: bool, follows: Consequence) -> None:
    assert consequence(grade, failed_before=before, recognised=recognised) is follows


def test_every_consequence_names_its_clause() -> None:
    clauses = {one: CLAUSES[one] for one in Consequence}
    assert clauses.pop(Consequence.SUBSIDY_GROUND) == "嘉政办发〔2015〕90号 五（二）"
    assert set(clauses.values()) == {"通政办发〔2018〕5号 四（五）"}


def test_the_last_day_of_a_year_decides_who_is_assessed() -> None:
    assert last_day_of(2020) == date(2020, 12, 31)
