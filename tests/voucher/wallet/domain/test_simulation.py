"""Applicants are ranked, refused and served as a round would do it, whatever its method."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.draw import order
from services.voucher.wallet.domain.simulation import Served, Trial, give_out, rank
from tests.voucher.wallet.trying import a_trial, an_applicant

METHOD = "allocation/method/value"


def numbers(trial: Trial, applicants: Sequence[Applicant]) -> list[int]:
    return [one.number for _, one in rank(trial, applicants).sound]


def served(trial: Trial, applicants: Sequence[Applicant]) -> Served:
    return give_out(trial, rank(trial, applicants))


def faces(found: Served) -> list[int]:
    return [place.face for place in found.line]


LINE = [
    an_applicant(1, points=10),
    an_applicant(2, points=30),
    an_applicant(3, queue_class="priority", points=20),
]


@pytest.mark.parametrize(
    ("method", "wanted"),
    [("first_come", [1, 2, 3]), ("queue", [3, 1, 2]), ("batch_review", [2, 3, 1]), ("lottery", order("1", [1, 2, 3]))],
)
def test_each_method_has_its_order(method: str, wanted: list[int]) -> None:
    assert numbers(a_trial(changes={METHOD: method}), LINE) == wanted


def test_another_seed_draws_another_order() -> None:
    many = [an_applicant(number) for number in range(1, 21)]
    drawn = {tuple(numbers(a_trial(changes={METHOD: "lottery"}, seed=seed), many)) for seed in ("1", "2")}
    assert len(drawn) == 2


def test_who_is_refused_keeps_the_rank_at_which_that_was_found() -> None:
    ranked = rank(a_trial(), [an_applicant(1), an_applicant(2, region="310000"), an_applicant(3)])
    assert [place for place, _ in ranked.sound] == [1, 3]
    ((refused, reasons),) = ranked.refused
    assert (refused.number, [reason.code for reason in reasons]) == (2, ["application.not_local"])


def test_all_that_speaks_against_an_applicant_is_found_at_once() -> None:
    ((_, reasons),) = rank(a_trial(), [an_applicant(1, "20000.01", region="310000", size_class="large")]).refused
    codes = {reason.code for reason in reasons}
    assert codes == {"application.not_local", "application.size_class", "application.over_cap"}


def test_the_last_place_gets_the_rest_and_whoever_follows_waits() -> None:
    found = served(a_trial(3_000_000), [an_applicant(number) for number in (1, 2, 3)])
    assert (faces(found), found.left, found.issued) == ([2_000_000, 1_000_000, 0], 0, 3_000_000)
    assert found.dry is not None
    assert found.dry.rank == 2


def test_where_the_last_place_is_whole_it_waits_with_everybody_behind_it() -> None:
    found = served(a_trial(3_000_000, {"allocation/last_place/value": "whole"}), [an_applicant(1), an_applicant(2)])
    assert (faces(found), found.left) == ([2_000_000, 0], 1_000_000)


def test_a_budget_that_lasts_never_runs_dry() -> None:
    found = served(a_trial(4_000_000), [an_applicant(1), an_applicant(2)])
    assert (found.dry, found.left) == (None, 0)


def test_without_a_budget_it_is_what_everybody_needs() -> None:
    found = served(a_trial(), [an_applicant(1), an_applicant(2, "5000.00")])
    assert (found.budget, found.needed, found.left) == (2_500_000, 2_500_000, 0)


def test_the_caps_of_a_holder_bound_its_voucher() -> None:
    found = served(a_trial(changes={"caps/1/limit": "12000.00"}), [an_applicant(1)])
    assert faces(found) == [1_200_000]


def test_a_class_gets_no_more_than_its_share_and_that_is_no_end_of_the_budget() -> None:
    shares = {"value": [{"class": "priority", "at_most": "0.25"}], "source": "our default, not in the notice"}
    line = [an_applicant(1, queue_class="priority"), an_applicant(2, queue_class="priority"), an_applicant(3)]
    found = served(a_trial(8_000_000, {"allocation/class_shares": shares}), line)
    assert (faces(found), found.dry) == ([2_000_000, 0, 2_000_000], None)


AMOUNTS = some.lists(some.integers(1, 2_000_000), min_size=1, max_size=30)


@given(amounts=AMOUNTS, budget=some.integers(0, 20_000_000))
def test_never_more_than_the_budget_and_what_is_left_adds_up(amounts: list[int], budget: int) -> None:
    line = [an_applicant(n, f"{fen // 100}.{fen % 100:02}") for n, fen in enumerate(amounts, start=1)]
    found: Any = served(a_trial(budget), line)
    assert found.issued + found.left == budget
    assert (found.dry is None) == (found.needed <= budget)
