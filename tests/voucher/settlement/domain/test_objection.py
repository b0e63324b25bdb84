"""An objection with a name blocks its line until a person with no part in the case decides it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.settlement.domain import objection as domain
from services.voucher.settlement.domain.claim import ClaimLine, LegState, LineState
from services.voucher.settlement.domain.disclosure import Disclosure
from services.voucher.settlement.domain.objection import Hearing, Judgement, Objection, ObjectionState, Outcome
from services.voucher.settlement.domain.stop import StopKind, StopState
from tests.voucher.settlement.domain.test_disclosure import AT, approved, published
from tests.voucher.settlement.domain.test_stop import a_leg, a_stop
from tests.voucher.settlement.lines import CLAIMED, QUOTA

LATER = AT + timedelta(days=30)
DISMISSED, UPHELD = Judgement(Outcome.DISMISSED, "rented"), Judgement(Outcome.UPHELD, "so it is")


def an_objection(**changes: Any) -> Objection:
    fields: dict[str, Any] = {
        "id": UUID(int=40),
        "disclosure_id": UUID(int=9),
        "claim_line_id": UUID(int=21),
        "objector": "Liang Hui",
        "contact": None,
        "grounds": "no such machine",
        "document_id": None,
        "state": ObjectionState.LIVE,
        "filed_by": "per_citizen",
        "filed_at": AT,
        "client": "per_citizen",
        "client_ref": None,
        **changes,
    }
    return Objection(**fields)


def disclosed(**changes: Any) -> ClaimLine:
    return approved(**{"state": LineState.DISCLOSED, **changes})


def a_hearing(**changes: Any) -> Hearing:
    """One live objection with its stop, and a stop that somebody set by hand."""
    objection = an_objection()
    mine = a_stop(kind=StopKind.OBJECTION, objection_id=objection.id)
    fields: dict[str, Any] = {
        "objection": objection,
        "disclosure": published(),
        "line": disclosed(),
        "legs": (a_leg(amount=CLAIMED),),
        "others": (),
        "stops": (mine, a_stop(id=UUID(int=6))),
        "persons": frozenset({"per_citizen"}),
        **changes,
    }
    return Hearing(**fields)


def refused(hearing: Hearing, judgement: Judgement, by: str = "per_arbiter") -> set[str]:
    with pytest.raises(Refusal) as found:
        domain.decide(hearing, judgement, by=by, at=LATER)
    return {reason.code for reason in found.value.reasons}


def test_it_is_taken_until_the_last_instant_of_the_last_day() -> None:
    shown = published()
    last = an_objection(filed_at=shown.over_at - timedelta(microseconds=1))
    assert domain.file(last, disclosure=shown, line=disclosed()) == (last, disclosed())
    with pytest.raises(Refusal, match=r"disclosure\.closed"):
        domain.file(replace(last, filed_at=shown.over_at), disclosure=shown, line=disclosed())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (None, "objection.line_unknown"),
        (disclosed(id=UUID(int=1)), "objection.line_unknown"),
        (disclosed(state=LineState.REJECTED), "objection.line_state"),
    ],
)
def test_it_is_against_a_line_that_is_shown(line: ClaimLine | None, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        domain.file(an_objection(), disclosure=published(), line=line)


def test_nothing_is_objected_to_before_it_is_published() -> None:
    prepared: Disclosure = replace(published(), closes_at=None, closes_on=None)
    prepared = replace(prepared, state=type(prepared.state).PREPARED)
    with pytest.raises(Refusal, match=r"disclosure\.closed"):
        domain.file(an_objection(), disclosure=prepared, line=disclosed())


def test_a_named_one_stops_every_leg_and_an_anonymous_one_none() -> None:
    legs = [a_leg(), a_leg(id=UUID(int=8), part="2")]
    ids = [UUID(int=50), UUID(int=51)]
    stops = domain.stops_of(an_objection(), legs, stop_ids=ids)
    assert [(stop.id, stop.leg_id.int, stop.objection_id) for stop in stops] == [
        (ids[0], 1, UUID(int=40)),
        (ids[1], 8, UUID(int=40)),
    ]
    noted = an_objection(objector=None, state=ObjectionState.NOTED)
    assert domain.stops_of(noted, legs, stop_ids=ids) == []


def test_dismissed_its_own_stop_is_lifted_and_no_other() -> None:
    decided = domain.decide(a_hearing(), DISMISSED, by="per_arbiter", at=AT)
    assert [(stop.id.int, stop.state) for stop in decided.stops] == [(5, StopState.LIFTED)]
    assert [one.state for one in decided.objections] == [ObjectionState.DISMISSED]
    assert (decided.legs, decided.releases) == ((), False)


def test_dismissed_after_the_end_it_releases_the_line_unless_another_one_lives() -> None:
    another = an_objection(id=UUID(int=41))
    releases = [
        domain.decide(a_hearing(others=others), DISMISSED, by="per_arbiter", at=LATER).releases
        for others in ((), (another,))
    ]
    assert releases == [True, False]


def test_upheld_line_legs_stops_and_whatever_else_was_said_end_together() -> None:
    another = an_objection(id=UUID(int=41), filed_by="per_other")
    decided = domain.decide(a_hearing(others=(another,)), UPHELD, by="per_arbiter", at=LATER)
    assert {one.state for one in decided.objections} == {ObjectionState.UPHELD}
    assert {stop.state for stop in decided.stops} == {StopState.UPHELD}
    assert ([leg.state for leg in decided.legs], len(decided.stops)) == ([LegState.DROPPED], 2)


@pytest.mark.parametrize(("said", "fault"), [(None, False), (False, False), (True, True)])
def test_the_holder_is_blameless_unless_said_otherwise(said: bool | None, fault: bool) -> None:
    judgement = replace(UPHELD, holder_at_fault=said)
    (one,) = domain.decide(a_hearing(), judgement, by="per_arbiter", at=LATER).objections
    assert one.holder_at_fault is fault


def test_whoever_acted_on_the_line_or_objected_to_it_does_not_decide() -> None:
    hearing = a_hearing(persons=frozenset({"per_citizen", "per_other"}))
    for person in ("per_citizen", "per_other", "per_payee"):
        assert refused(hearing, UPHELD, person) == {"objection.took_part"}


def test_everything_that_is_wrong_with_a_decision_is_told_at_once() -> None:
    judgement = replace(DISMISSED, holder_at_fault=True)
    assert refused(a_hearing(), judgement, "per_citizen") == {"objection.took_part", "objection.fault_unasked"}


@pytest.mark.parametrize("state", [state for state in ObjectionState if state is not ObjectionState.LIVE])
def test_only_a_live_one_is_decided(state: ObjectionState) -> None:
    hearing = a_hearing(objection=an_objection(state=state))
    assert refused(hearing, DISMISSED) == {"objection.state"}


@pytest.mark.parametrize(("pool_class", "available", "pool"), [(None, CLAIMED, 0), ("all", 0, CLAIMED)])
def test_row_16_gives_the_quota_to_the_holder_or_to_the_pool(pool_class: str | None, available: int, pool: int) -> None:
    line = disclosed()
    posting = domain.upholding(line, a_hearing().legs, quota=QUOTA, pool_class=pool_class)
    assert posting.row == 16
    assert posting.moved(PlaceKind.AVAILABLE, line.captured.voucher_id) == available
    assert posting.moved(PlaceKind.ROUND_POOL, QUOTA.round, "all") == pool
