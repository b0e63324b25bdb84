"""What a space is and who lives in it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.residency import Residency, residency_faults
from services.registry.spaces.domain.space import Space, SpaceFacts, SpaceForm, SpaceKind, SpaceState, space_faults

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
