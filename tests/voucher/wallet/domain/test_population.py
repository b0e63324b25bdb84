"""A made-up population is spread as its shares say, and the same for everybody who has its seed."""

from datetime import date
from typing import Any

from services.voucher.wallet.domain.population import Population, populate
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.trying import DAY


def a_population(holders: int = 400, **changes: Any) -> Population:
    fields: dict[str, Any] = {
        "holders": holders,
        "asks_from": 500_000,
        "asks_to": 2_000_000,
        "step": 500_000,
        "sizes": {"micro": 3, "small": 1},
        "regions": {"440703": 1, "440781": 1},
        **changes,
    }
    return Population(**fields)


def drawn(seed: str = "1", **changes: Any) -> list[Any]:
    return populate(a_population(**changes), a_scheme(), day=DAY, seed=seed)


def test_the_same_seed_makes_the_same_population_and_another_another() -> None:
    assert drawn("1") == drawn("1") != drawn("2")


def test_values_are_drawn_by_their_weights() -> None:
    micro = sum(one.facts.size_class == "micro" for one in drawn())
    assert 260 < micro < 340


def test_amounts_lie_on_the_steps_between_both_ends() -> None:
    assert {one.asked for one in drawn()} == {500_000, 1_000_000, 1_500_000, 2_000_000}


def test_another_share_changes_no_other_answer() -> None:
    before, after = drawn(), drawn(regions={"440703": 1})
    assert [one.facts.size_class for one in before] == [one.facts.size_class for one in after]


def test_so_many_stand_on_a_list_with_the_class_that_they_have() -> None:
    found = drawn(listed={"jiangmen-service-2020": 2_500}, classes={"priority": 1})
    on_it = [one for one in found if one.facts.listings]
    assert 60 < len(on_it) < 140
    assert all(one.facts.listings[0].listed_as == "priority" for one in on_it)


def test_they_were_registered_as_long_ago_as_is_said() -> None:
    assert {one.facts.registered_on for one in drawn(months_from=12, months_to=12)} == {date(2019, 9, 15)}


def test_numbers_run_from_one() -> None:
    assert [one.number for one in drawn(holders=3)] == [1, 2, 3]
