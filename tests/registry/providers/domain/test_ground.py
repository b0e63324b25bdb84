"""On what ground a provider is admitted, and how long it carries."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.registry.catalogue import data as lists
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.role import in_effect
from services.registry.providers.data import requirements
from services.registry.providers.domain.ground import (
    LEVELS,
    Carrier,
    Found,
    Ground,
    GroundKind,
    Recognised,
    clause_of,
    ground_faults,
    open_ways,
    resting,
)
from services.registry.providers.domain.qualification import Qualification, QualificationState
from services.registry.spaces.domain.space import SpaceKind
from tests.registry.samples import PENGJIANG, TODAY

TREE = {row["id"]: Category(**row) for row in lists.shipped("categories")}
SHIPPED = requirements()
FIRM, PROVIDER = new_id(), new_id()
YEAR = Period(TODAY, TODAY.replace(year=2021))
CERTIFICATE = Qualification(
    new_id(), PROVIDER, "CMA", "1", "省局", YEAR, new_id(), "per_1", QualificationState.CONFIRMED, "per_2"
)
SPACE = Carrier(FIRM, "professional_service", (Recognised("city", Period(TODAY)),))
NOTHING = Found(FIRM, PENGJIANG)
DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))


def told(ground: Ground, category: str = "testing", found: Found = NOTHING) -> list[tuple[str, str | None]]:
    """Code and pointer of each fault of a ground for a category, from today."""
    ways = open_ways(category, ground.kind, SHIPPED, TREE)
    return [(fault.code, fault.pointer) for fault in ground_faults(ground, YEAR, found, ways)]


def by_certificate(**changes: Any) -> list[tuple[str, str | None]]:
    """The faults of a certificate that differs from a good one."""
    found = replace(NOTHING, qualification=replace(CERTIFICATE, **changes))
    return told(Ground(GroundKind.QUALIFICATION, CERTIFICATE.id), found=found)


def by_space(category: str = "testing", **changes: Any) -> list[tuple[str, str | None]]:
    """The faults of a space that differs from a good one."""
    return told(Ground(GroundKind.CARRIER, new_id()), category, replace(NOTHING, carrier=replace(SPACE, **changes)))


def test_every_shipped_requirement_names_a_category_and_what_is_known_to_the_registry() -> None:
    assert {one.category for one in SHIPPED} <= {*TREE, None}
    assert {kind for one in SHIPPED for kind in one.space_kinds} <= set(SpaceKind)
    assert {one.least_level for one in SHIPPED} <= set(LEVELS)
    assert all(one.clause for one in SHIPPED)


@pytest.mark.parametrize("category", sorted(TREE))
def test_every_category_can_be_reached(category: str) -> None:
    assert any(open_ways(category, kind, SHIPPED, TREE) for kind in GroundKind)


def test_a_requirement_of_a_category_holds_for_what_is_below_it() -> None:
    above, below = (open_ways(one, GroundKind.QUALIFICATION, SHIPPED, TREE) for one in ("testing", "inspection"))
    assert above == below
    assert open_ways("magic", GroundKind.DECISION, SHIPPED, TREE) == []


def test_a_category_that_is_added_later_is_reached_by_a_decision() -> None:
    grown = {**TREE, "welding": Category("welding", "焊接", "Welding", None)}
    assert open_ways("welding", GroundKind.DECISION, SHIPPED, grown) != []
    assert open_ways("welding", GroundKind.CARRIER, SHIPPED, grown) == []


def test_a_space_rests_on_the_clause_that_names_it() -> None:
    assert clause_of(open_ways("training", GroundKind.CARRIER, SHIPPED, TREE)) == "jiangmen-2016-draft 二(七)"


def test_a_decision_of_its_own_needs_nothing_else() -> None:
    assert told(Ground()) == []


def test_training_is_not_reached_by_a_certificate() -> None:
    assert told(Ground(GroundKind.QUALIFICATION, new_id()), "training") == [("ground.insufficient", "/ground")]


def test_a_confirmed_certificate_of_a_listed_kind_carries() -> None:
    assert by_certificate() == []
    assert by_certificate(kind="ISO9001") == [("ground.insufficient", "/ground")]


@pytest.mark.parametrize("state", sorted(set(QualificationState) - {QualificationState.CONFIRMED}))
def test_a_certificate_that_is_not_confirmed_does_not_carry(state: QualificationState) -> None:
    assert by_certificate(state=state) == [("ground.not_in_force", "/ground/id")]


def test_a_certificate_covers_the_first_day() -> None:
    assert by_certificate(period=Period(TODAY + timedelta(days=1))) == [("ground.not_in_force", "/ground/id")]
    assert by_certificate(period=Period(TODAY, TODAY)) == []


def test_a_certificate_of_another_provider_is_unknown() -> None:
    assert told(Ground(GroundKind.QUALIFICATION, new_id())) == [("reference.unknown", "/ground/id")]


def test_a_space_that_it_runs_carries_by_kind_and_level() -> None:
    assert by_space() == []
    assert by_space(kind="maker_incubating") == [("ground.insufficient", "/ground")]
    assert by_space(recognitions=(Recognised("county", Period(TODAY)),)) == [("ground.insufficient", "/ground")]
    assert by_space("training", kind="maker_incubating", recognitions=(Recognised("county", Period(TODAY)),)) == []


def test_an_admission_keeps_the_lowest_level_that_carries_it() -> None:
    found = replace(NOTHING, carrier=SPACE)
    by_kind = {
        category: resting(
            Ground(GroundKind.CARRIER, FIRM), found, open_ways(category, GroundKind.CARRIER, SHIPPED, TREE)
        )
        for category in ("testing", "training")
    }
    assert [by_kind[one].least_level for one in ("testing", "training")] == ["city", "county"]
    assert resting(Ground(), NOTHING, []) == Ground()


def test_a_space_is_recognised_on_the_first_day() -> None:
    over = Recognised("city", Period(date(2019, 1, 1), TODAY - timedelta(days=1)))
    assert by_space(recognitions=(over,)) == [("ground.not_in_force", "/ground/id")]


def test_a_space_of_somebody_else_is_unknown() -> None:
    assert by_space(operator_id=new_id()) == [("reference.unknown", "/ground/id")]
    assert told(Ground(GroundKind.CARRIER, new_id())) == [("reference.unknown", "/ground/id")]


@pytest.mark.parametrize(
    ("region", "good"), [("440100", True), ("440700", False), ("440000", False), ("guangzhou", False)]
)
def test_a_list_is_another_regions(region: str, good: bool) -> None:
    ground = Ground(GroundKind.FOREIGN_LIST, list_name="广州市科技创新券服务机构名录", list_region=region)
    assert told(ground) == ([] if good else [("ground.list_region", "/ground/region")])


def test_a_list_has_a_name() -> None:
    ground = Ground(GroundKind.FOREIGN_LIST, list_region="440100")
    assert told(ground) == [("name.empty", "/ground/list")]


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_an_admission_counts_on_a_day_exactly_when_both_it_and_its_ground_do(
    start: date, until: date | None, ground_ends: date | None, day: date
) -> None:
    granted = Period(start, until)
    both = granted.covers(day) and (ground_ends is None or day <= ground_ends)
    assert in_effect(granted, ground_ends).covers(day) == both


@given(DAYS, st.none() | DAYS, DAYS, DAYS)
def test_a_ground_that_ends_earlier_never_prolongs(start: date, until: date | None, one: date, other: date) -> None:
    early, late = sorted((one, other))
    first, second = (in_effect(Period(start, until), day).until for day in (early, late))
    assert first is not None
    assert second is not None
    assert first <= second
