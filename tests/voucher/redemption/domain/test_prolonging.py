"""With its voucher a redemption gets the later dates, unless its time was over before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Reason
from services.voucher.redemption.domain import checks
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.prolonging import prolong
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.domain.world import Step
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, Said
from services.voucher.wallet.domain.voucher import Voucher
from tests.voucher.redemption.samples import (
    NOW,
    Play,
    a_contract,
    a_voucher,
    accepted,
    authorised,
    captured,
    delivered,
    jiangmen,
    proposed,
)
from tests.voucher.wallet.samples import a_round

OPERATOR = Actor("per_operator", "per_operator", request_id="req_1")
DELIVER_BY_ENDS = datetime(2020, 11, 14, 16, 0, tzinfo=UTC)


def extended(play: Play, at: datetime = NOW) -> Life:
    ground = Ground(voucher=play.voucher, round=a_round(), scheme=jiangmen())
    return lives.extend(ground, Said(by="per_operator", at=at, reason="The laboratory was closed."))


def step(play: Play, at: datetime = NOW) -> Step | None:
    return prolong(play.redemption, extended(play, at), scheme=jiangmen(), by=OPERATOR)


def test_a_hold_gets_the_later_delivery_date_and_its_timer_with_it() -> None:
    found = step(authorised())
    assert found is not None
    assert (found.after.deliver_by, found.after.deliver_by_ends) == (date(2020, 11, 14), DELIVER_BY_ENDS)
    assert (found.after.due_at, found.after.due_on) == (DELIVER_BY_ENDS, date(2020, 11, 14))
    assert (found.event, found.note, found.after.steps) == ("extended", "The laboratory was closed.", 3)


def test_silence_keeps_its_time_while_the_delivery_date_moves() -> None:
    play = delivered()
    found = step(play)
    assert found is not None
    assert (found.after.due_at, found.after.deliver_by) == (play.redemption.due_at, date(2020, 11, 14))


def test_an_accepted_one_that_waits_for_its_claim_gets_the_later_claim_date() -> None:
    play = accepted()
    waiting = replace(play.redemption, due_at=play.voucher.claim_by_ends)
    life = extended(play)
    found = prolong(waiting, life, scheme=jiangmen(), by=OPERATOR)
    assert found is not None
    assert found.after.due_at == life.after.claim_by_ends


def test_nothing_moves_where_nothing_is_held() -> None:
    assert step(proposed()) is None
    assert step(captured()) is None


def test_what_fell_due_before_stays_due() -> None:
    play = authorised()
    due_at = play.redemption.due_at
    assert due_at is not None
    assert step(play, due_at - timedelta(microseconds=1)) is not None
    assert step(play, due_at) is None


def test_a_second_time_there_is_nothing_to_move() -> None:
    play = authorised()
    life = extended(play)
    first = prolong(play.redemption, life, scheme=jiangmen(), by=OPERATOR)
    assert first is not None
    assert prolong(first.after, life, scheme=jiangmen(), by=OPERATOR) is None


@given(some.sampled_from([authorised, delivered, accepted]), some.integers(0, 20))
def test_an_extension_moves_dates_and_never_value_or_state(make: Callable[[], Play], days: int) -> None:
    play = make()
    found = step(play, NOW + timedelta(days=days))
    if found is not None:
        moved = (found.after.state, found.after.held, found.after.captured, found.after.takes, found.posting)
        before = play.redemption
        assert moved == (before.state, before.held, before.captured, before.takes, None)
        assert found.after.state is not State.PROPOSED


def reasons(voucher: Voucher, completed_on: date) -> list[Reason]:
    found = checks.completion(a_contract(), completed_on, voucher=voucher, scheme=jiangmen(), today=date(2020, 12, 1))
    return list(found)


def test_work_may_be_completed_as_much_later_as_it_may_be_delivered() -> None:
    later, day = extended(authorised()).after, date(2020, 11, 14)
    assert not reasons(later, day)
    (reason,) = reasons(later, day + timedelta(days=1))
    assert (reason.code, reason.numbers["until"]) == ("contract.completed_outside", "2020-11-14")
    (reason,) = reasons(a_voucher(), day)
    assert reason.numbers["until"] == "2020-10-15"
