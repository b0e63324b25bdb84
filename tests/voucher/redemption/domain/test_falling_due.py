"""Time acts in due order, as of each instant that was due: what was earned and not asked for in time goes back."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.states import falls_due, is_due
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from tests.voucher.redemption.samples import (
    FACE,
    NOW,
    VERSION,
    YUAN,
    Play,
    a_facts,
    a_voucher,
    a_world,
    accepted,
    authorised,
    captured,
    delivered,
    jiangmen,
    proposed,
)

CLAIM_BY = a_voucher().claim_by_ends
AFTER = CLAIM_BY + timedelta(days=30)
INSTANT = timedelta(microseconds=1)


def due(played: Play) -> datetime:
    found = falls_due(played.redemption)
    assert found is not None
    return found[0]


def test_an_accepted_delivery_that_nobody_captures_lapses_when_it_can_no_longer_be_claimed() -> None:
    played = accepted()
    assert played.at(CLAIM_BY - INSTANT).tick().steps == ()
    (step,) = played.at(AFTER).tick().steps
    assert (step.event, step.at, step.after.state, step.after.delivery) == ("lapsed", CLAIM_BY, State.LAPSED, None)
    assert (played.voucher.available, played.voucher.held) == (FACE, 0)
    assert (step.rulings[0].rule, step.rulings[0].numbers) == ("validity.claim_by", {"claim_by": "2020-12-15"})


def test_what_was_captured_and_nobody_claims_goes_back_whole_and_once() -> None:
    played = captured()
    assert (due(played), is_due(played.redemption, CLAIM_BY - INSTANT)) == (CLAIM_BY, False)
    (step,) = played.at(AFTER).tick().steps
    assert step.posting is not None
    assert (step.event, step.posting.row, step.posting.event) == ("claim_expired", 11, "claim_expired")
    assert (step.at, step.after.state, step.after.stands) == (CLAIM_BY, State.REFUNDED, 0)
    assert (played.voucher.available, played.voucher.captured) == (FACE, 0)
    assert [counter.used for counter in played.world.counters.values()] == [0]
    assert played.tick().steps == ()


def test_what_stands_on_a_claim_stays() -> None:
    played = captured()
    claimed = tuple(replace(one, claim_line_id=new_id()) for one in played.redemption.captures)
    redemption = replace(played.redemption, captures=claimed)
    played.world = replace(played.world, redemptions={redemption.id: redemption})
    assert falls_due(redemption) is None
    assert played.at(AFTER).tick().steps == ()


def test_of_a_milestone_what_is_held_lapses_first_and_what_was_captured_goes_back_later() -> None:
    played = captured(10_000 * YUAN, last=False)
    first, second = played.at(AFTER).tick().steps
    assert [(one.event, one.at) for one in (first, second)] == [
        ("lapsed", played.voucher.deliver_by_ends),
        ("claim_expired", CLAIM_BY),
    ]
    assert (second.after.state, played.voucher.available) == (State.LAPSED, FACE)


def test_silence_accepts_what_then_nobody_captures() -> None:
    played = delivered()
    first, second = played.at(AFTER).tick().steps
    assert [one.after.state for one in (first, second)] == [State.ACCEPTED, State.LAPSED]
    assert first.at < second.at == CLAIM_BY


def test_one_accepted_when_no_claim_can_be_made_any_more_lapses_at_once() -> None:
    played = delivered()
    played.dispute()
    late = played.at(AFTER).decide(accepted=True).redemption
    assert (late.state, late.due_at) == (State.ACCEPTED, AFTER)
    assert played.tick().redemption.state is State.LAPSED


@pytest.mark.parametrize(
    ("own", "rule"),
    [(date(2020, 12, 31), "validity.deliver_by"), (date(2021, 1, 1), "validity.year_end_void")],
)
def test_the_end_of_the_year_is_named_where_it_ends_a_hold_before_the_schemes_own_date(own: date, rule: str) -> None:
    to_the_end = {"deliver_by": date(2020, 12, 31), "deliver_by_ends": datetime.fromisoformat("2020-12-31T16:00:00Z")}
    world = a_world(voucher=a_voucher(**to_the_end), facts=a_facts(schemes={VERSION: delivering_by(own)}))
    (step,) = authorised(world=world).at(datetime.fromisoformat("2021-01-05T00:00:00Z")).tick().steps
    assert (step.rulings[0].rule, step.at) == (rule, to_the_end["deliver_by_ends"])
    by_year = jiangmen().validity.year_end_void.source
    assert (step.rulings[0].clause == by_year) is (rule == "validity.year_end_void")


def delivering_by(day: date) -> Scheme:
    """The samples' scheme with another date by which is delivered."""
    scheme = jiangmen()
    own = replace(scheme.validity.issued, deliver_by=Rule(day, "row jiangmen-service-2020"))
    return replace(scheme, validity=replace(scheme.validity, issued=own))


@given(
    hours=st.lists(st.integers(1, 3_000), min_size=1, max_size=4),
    start=st.sampled_from([proposed, authorised, delivered, accepted, captured]),
)
def test_however_often_a_timer_runs_it_comes_to_the_same(hours: list[int], start: object) -> None:
    assert callable(start)
    often, once = start(), start()
    for one in sorted(hours):
        often.at(NOW + timedelta(hours=one)).tick()
    once.at(NOW + timedelta(hours=max(hours))).tick()
    played = [
        (one.redemption.state, one.redemption.held, one.redemption.stands, one.voucher.available, one.voucher.moved_at)
        for one in (often, once)
    ]
    assert played[0] == played[1]
    assert not is_due(once.redemption, once.world.now)
