"""A simulation tells when the budget runs dry, whom which rule refuses, what a point of rate costs, who takes up."""

from itertools import pairwise
from typing import Any

from services.voucher.wallet.domain.outlook import CURVE, Group, Outlook, outlook
from tests.voucher.wallet.trying import DAY, a_trial, an_applicant

MIXED = [
    an_applicant(1, "20000.00"),
    an_applicant(2, "10000.00", region="310000"),
    an_applicant(3, "10000.00", region="310000", size_class="large"),
    an_applicant(4, "20000.00", queue_class="priority"),
    an_applicant(5, "5000.00", size_class="micro", region="440781"),
]


def told(budget: int | None = 3_000_000, changes: dict[str, Any] | None = None) -> Outlook:
    return outlook(a_trial(budget, changes), MIXED)


def test_the_sums_add_up() -> None:
    found = told()
    assert (found.applicants, found.refused, found.served, found.waiting) == (5, 2, 2, 1)
    assert (found.asked, found.issued, found.left, found.budget) == (6_500_000, 3_000_000, 0, 3_000_000)


def test_the_place_and_the_day_at_which_the_budget_runs_dry() -> None:
    dry = told().dry
    assert dry is not None
    assert (dry.rank, dry.number, dry.came_on) == (2, 1, DAY)
    assert told(budget=None).dry is None


def test_refusals_are_counted_by_rule_and_clause_the_most_frequent_first() -> None:
    found = [(one.code, one.rule, one.applicants, one.asked) for one in told().refusals]
    assert found == [
        ("application.not_local", "who.registered_in", 2, 2_000_000),
        ("application.size_class", "who.size_class", 1, 1_000_000),
    ]


def test_a_point_of_rate_costs_what_everybody_in_line_would_ask_for_more_up_to_the_caps() -> None:
    needed = {one.points: one.needed for one in told(changes={"caps/0/limit": "30000.00"}).points}
    # 45,000 asked for at half are services of 90,000; two holders are at their year's cap already
    assert needed == {-1: 4_410_000, 0: 4_500_000, 1: 4_510_000}


def test_a_point_less_lets_a_budget_last_that_is_not_enough_as_it_is() -> None:
    points = {one.points: one for one in told(budget=4_450_000).points}
    assert (points[-1].dry, points[-1].issued) == (None, 4_410_000)
    assert (points[0].dry is None, points[0].issued) == (False, 4_450_000)


def test_take_up_is_told_by_class_size_and_region() -> None:
    groups = {(one.by, one.value): one for one in told().groups}
    assert groups["queue_class", "priority"] == Group("queue_class", "priority", 1, 2_000_000, 1, 2_000_000)
    assert groups["size_class", "micro"].served == 0
    assert groups["region", "310000"].applicants == 2


def test_what_is_not_known_is_a_group_of_its_own() -> None:
    found = outlook(a_trial(), [an_applicant(1, region=None, size_class=None)])
    assert {(one.by, one.value) for one in found.groups} >= {("region", "unknown"), ("size_class", "unknown")}


def test_the_curve_falls_from_the_budget_to_what_is_left_in_few_steps() -> None:
    found = outlook(a_trial(10**9), [an_applicant(number) for number in range(1, 1001)])
    assert (found.curve[0], found.curve[-1]) == ((0, 10**9), (1000, 0))
    assert len(found.curve) <= CURVE + 1
    assert all(one[1] >= other[1] for one, other in pairwise(found.curve))


def test_nobody_at_all_is_an_outlook_too() -> None:
    found = outlook(a_trial(100), [])
    assert (found.applicants, found.left, found.curve) == (0, 100, ((0, 100),))
