"""What a space is and who lives in it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.registry.catalogue.domain.period import Period
from services.registry.spaces import data
from services.registry.spaces.domain.act import Changed
from services.registry.spaces.domain.residency import Residency, residency_faults
from services.registry.spaces.domain.space import (
    LARGEST,
    Premises,
    Space,
    SpaceFacts,
    SpaceForm,
    SpaceKind,
    SpaceState,
    branch_faults,
    differences,
    space_faults,
)

FACTS = SpaceFacts("珠西创谷", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, new_id(), "440703")
SPACE = Space(new_id(), FACTS)
STAY = Residency(new_id(), SPACE.id, new_id(), None, Period(date(2020, 1, 1)))


def test_a_space_is_judged_by_name_and_region() -> None:
    assert space_faults(FACTS, regions={"440703"}, fields=()) == []
    wrong = replace(FACTS, name="", region="990000")
    assert {fault.pointer for fault in space_faults(wrong, regions={"440703"}, fields=())} == {"/name", "/region"}


def test_a_change_is_counted() -> None:
    assert SPACE.changed().version == 1


def test_a_stay_in_an_open_space_is_taken() -> None:
    assert residency_faults(STAY, SPACE, [replace(STAY, space_id=new_id())]) == []


@pytest.mark.parametrize(("team", "organization"), [(None, None), (new_id(), new_id())])
def test_a_stay_is_of_exactly_one_resident(team: UUID | None, organization: UUID | None) -> None:
    wrong = replace(STAY, team_id=team, organization_id=organization)
    assert [fault.code for fault in residency_faults(wrong, SPACE, [])] == ["residency.resident"]


def test_a_stay_tells_all_its_faults_where_it_was_told() -> None:
    closed = replace(SPACE, state=SpaceState.CLOSED)
    wrong = replace(STAY, period=Period(date(2020, 2, 1), date(2020, 1, 1)))
    found = {fault.pointer: fault.code for fault in residency_faults(wrong, closed, [], inside="/residency")}
    assert found == {"/residency/until": "period.reversed", "/residency/space": "space.closed"}


def test_nobody_lives_twice_in_a_space() -> None:
    (fault,) = residency_faults(STAY, SPACE, [STAY])
    assert (fault.code, fault.numbers["id"]) == ("residency.overlap", f"rsd_{STAY.id.hex}")


def test_a_space_is_judged_by_field_and_premises() -> None:
    wrong = replace(FACTS, field="x", premises=Premises(0, LARGEST + 1, ""))
    found = {fault.pointer: fault.code for fault in space_faults(wrong, regions={"440703"}, fields=data.fields())}
    assert found == {
        "/field": "space.field",
        "/premises/area_square_metres": "space.premises",
        "/premises/seats": "space.premises",
        "/premises/address": "name.empty",
    }
    right = replace(FACTS, field="rail-transit", premises=Premises(1, LARGEST, "五邑大学创业园3栋"))
    assert space_faults(right, regions={"440703"}, fields=data.fields()) == []


def test_what_is_told_otherwise_is_told_with_what_it_was() -> None:
    moved = replace(FACTS, parent_id=SPACE.id, premises=Premises(area_square_metres=1200))
    told = (Changed("parent_id", None, f"spc_{SPACE.id.hex}"), Changed("area_square_metres", None, "1200"))
    assert differences(FACTS, moved) == told
    assert differences(FACTS, replace(FACTS, name="谷")) == (Changed("name", "珠西创谷", "谷"),)


def test_the_fields_are_those_of_the_papers() -> None:
    clauses = [field["clause"].split()[0] for field in data.fields().values()]
    papers = ["liaoning-2016-88", "jiangmen-2016-draft", "tongzhou-2018-5"]
    assert [clauses.count(paper) for paper in papers] == [7, 5, 7]


def test_a_branch_has_a_parent_and_a_parent_is_no_branch() -> None:
    brand, closed = Space(new_id(), FACTS), Space(new_id(), FACTS, SpaceState.CLOSED)
    branch = Space(new_id(), replace(FACTS, parent_id=brand.id))
    assert branch_faults(SPACE.id, None, has_branches=True) == []
    assert branch_faults(SPACE.id, brand, has_branches=False) == []
    for parent, has_branches in ((SPACE, False), (branch, False), (brand, True)):
        (fault,) = branch_faults(SPACE.id, parent, has_branches=has_branches)
        assert (fault.code, fault.pointer) == ("space.branch", "/parent")
    assert [fault.code for fault in branch_faults(SPACE.id, closed, has_branches=False)] == ["space.closed"]
