"""A target counts what there was on its day, and what is not counted here is never said to be reached."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.registry.statistics.data import shipped_targets
from services.registry.statistics.domain.target import (
    NOT_COUNTED,
    Measure,
    Progress,
    Target,
    TargetFacts,
    counting_day,
    target_faults,
)

FACTS = TargetFacts(Measure.SPACES, "440700", 14, date(2020, 12, 31), "jiangmen-2016-draft", "一", beyond=True)


def reached(actual: int | None, *, beyond: bool) -> bool | None:
    return Progress(Target(UUID(int=1), replace(FACTS, beyond=beyond)), FACTS.due_on, actual).reached


@pytest.mark.parametrize(("actual", "beyond", "wanted"), [(14, True, False), (15, True, True), (14, False, True)])
def test_more_than_fourteen_is_fifteen(actual: int, *, beyond: bool, wanted: bool) -> None:
    assert reached(actual, beyond=beyond) is wanted


def test_what_is_not_counted_here_is_neither_reached_nor_missed() -> None:
    assert reached(None, beyond=False) is None


def test_before_its_day_a_target_is_counted_today_and_after_it_as_of_its_day() -> None:
    assert counting_day(FACTS, today=date(2020, 9, 14)) == date(2020, 9, 14)
    assert counting_day(FACTS, today=date(2021, 9, 14)) == FACTS.due_on


def test_all_faults_are_told() -> None:
    wrong = replace(FACTS, region="999999", value=0, policy=" ", clause=" ")
    assert {fault.pointer for fault in target_faults(wrong, regions=["440700"])} == {
        "/region",
        "/value",
        "/policy",
        "/clause",
    }


def test_a_target_of_a_listed_region_is_well() -> None:
    assert target_faults(FACTS, regions=["440700"]) == []


def test_the_papers_set_ten_targets_of_which_three_are_counted_elsewhere() -> None:
    shipped = shipped_targets()
    assert (len(shipped), sum(one.measure in NOT_COUNTED for one in shipped)) == (10, 3)


def test_a_hundred_hundred_millions_are_told_in_fen() -> None:
    (capital,) = [one for one in shipped_targets() if one.measure is Measure.MANAGED_CAPITAL]
    assert capital.value == 100 * 100_000_000 * 100
