"""Versions of indicator systems, their weights, and the two persons behind them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Reason, Refusal
from services.registry.assessment import data
from services.registry.assessment.domain.dossier import facts_document, facts_of
from services.registry.assessment.domain.indicator_system import (
    IndicatorSystem,
    SystemState,
    publish,
    replaced,
    system_faults,
)
from tests.registry.assessment.samples import BUSINESS, SYSTEM, TRAINEES

DRAFT = IndicatorSystem(UUID(int=1), 1, SYSTEM, made_by="per_1")


def test_tongzhous_six_ship_as_data_in_the_order_of_the_paper() -> None:
    shipped = facts_of(data.shipped("tongzhou-2018"))
    assert system_faults(shipped) == []
    assert [(one.id, one.weight, [counter.value for counter in one.counted_from]) for one in shipped.indicators] == [
        ("money-invested", 1500, []),
        ("sessions", 2000, ["training_sessions", "coaching_sessions"]),
        ("trainees", 1500, ["trainees"]),
        ("resident-teams", 2000, ["resident_teams"]),
        ("graduated-firms", 2000, ["graduated_firms"]),
        ("business-of-firms", 1000, []),
    ]


def test_what_is_stored_is_read_back() -> None:
    assert facts_of(facts_document(SYSTEM)) == SYSTEM


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=8))
def test_the_weights_make_up_all_points_or_are_refused(weights: list[int]) -> None:
    indicators = tuple(replace(BUSINESS, id=f"i-{place}", weight=weight) for place, weight in enumerate(weights))
    codes = [fault.code for fault in system_faults(replace(SYSTEM, indicators=indicators))]
    assert codes == ([] if sum(weights) == 10_000 else ["indicator_system.weights"])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"code": "T"}, Reason("indicator.id", "small letters, digits and hyphens", "/code", {"id": "T"})),
        ({"zh": ""}, Reason("name.empty", "a name has at least one visible character", "/zh")),
        ({"en": ""}, Reason("name.empty", "a name has at least one visible character", "/en")),
        ({"clause": "a" * 2001}, Reason("name.too_long", "names are bounded", "/clause", {"limit": 2000})),
        (
            {"indicators": (BUSINESS, TRAINEES, replace(TRAINEES, weight=1), replace(BUSINESS, id="x", weight=1))},
            Reason(
                "indicator.twice",
                "an id names one indicator",
                "/indicators/2/id",
            ),
        ),
        (
            {"pass_from": 0},
            Reason(
                "indicator_system.grades",
                "something is needed to pass, and no less to be excellent",
                "/pass_from",
                {"pass_from": 0, "excellent_from": 8500, "whole": 10_000},
            ),
        ),
        (
            {"excellent_from": 5999},
            Reason(
                "indicator_system.grades",
                "something is needed to pass, and no less to be excellent",
                "/pass_from",
                {"pass_from": 6000, "excellent_from": 5999, "whole": 10_000},
            ),
        ),
        (
            {"indicators": (BUSINESS,)},
            Reason(
                "indicator_system.weights",
                "the weights of the scored indicators make up all points",
                "/indicators",
                {"total": 6000, "whole": 10_000},
            ),
        ),
        ({"indicators": (replace(BUSINESS, id="?"), TRAINEES)}, None),
    ],
)
def test_a_system_says_what_is_wrong_with_it(changes: dict[str, Any], fault: Reason | None) -> None:
    found = system_faults(replace(SYSTEM, **changes))
    assert found[0].code == "indicator.id" if fault is None else fault in found


def test_a_second_person_publishes_a_draft_once() -> None:
    published = publish(DRAFT, by="per_2")
    assert (published.state, published.published_by) == (SystemState.PUBLISHED, "per_2")
    with pytest.raises(Refusal) as refused:
        publish(published, by="per_3")
    assert refused.value.reasons[0].numbers == {"state": "published", "verb": "publish"}
    with pytest.raises(Refusal, match=r"indicator_system\.same_person"):
        publish(DRAFT, by="per_1")


def test_what_ships_is_drafted_by_a_person_before_another_publishes_it() -> None:
    with pytest.raises(Refusal) as refused:
        publish(replace(DRAFT, made_by=None), by="per_1")
    assert refused.value.reasons == (
        Reason("indicator_system.shipped", "two persons", numbers={"code": DRAFT.facts.code}),
    )


def test_a_version_is_replaced_once() -> None:
    gone = replaced(DRAFT)
    assert gone.state is SystemState.REPLACED
    with pytest.raises(Refusal, match=r"indicator_system\.state"):
        replaced(gone)
