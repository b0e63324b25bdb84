"""The way of a claim line through time: when each stage began and was due, and when it will be paid."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.standards.calendar import WorkingDays
from services.voucher.oversight.domain.timeline import PAID, Course, Entered, State, stages
from services.voucher.settlement.domain.claim import Leg, LegState, LineState
from services.voucher.settlement.domain.legs import split, whole
from tests.voucher.redemption.samples import jiangmen
from tests.voucher.settlement.lines import CLAIMED, LINE, a_line

SUBMITTED = datetime(2020, 12, 2, 1, tzinfo=UTC)
MOVED_ON = datetime(2020, 12, 4, 1, tzinfo=UTC)
DUE = datetime(2020, 12, 16, 16, tzinfo=UTC)
LATER = datetime(2020, 12, 20, 1, tzinfo=UTC)
DISTRICT = Entered(state=LineState.IN_REVIEW, stage="district", at=SUBMITTED, due_at=DUE)
CITY = Entered(state=LineState.IN_REVIEW, stage="city", at=MOVED_ON, due_at=DUE, reason="complete")
WAY = (DISTRICT, CITY)
REJECTED = Entered(state=LineState.REJECTED, at=LATER)
DISCLOSED = Entered(state=LineState.DISCLOSED, at=SUBMITTED, due_at=DUE)
RELEASED = Entered(state=LineState.RELEASED, at=MOVED_ON, due_at=DUE, due_on=date(2020, 12, 16))
PAID_ON = date(2020, 12, 16)
PAYABLE = split(a_line(), CLAIMED, whole(a_line(), leg_id=LINE, funding_source="江门市财政局"))
PAID_LEGS = tuple(replace(leg, state=LegState.PAID, paid_on=PAID_ON) for leg in PAYABLE)


def test_a_stage_lasts_until_the_next_began() -> None:
    district, city = stages(WAY, now=LATER, ended=False)
    assert (district.left_at, district.age_days, district.breached) == (MOVED_ON, 2, False)
    assert (city.entered, city.left_at) == (CITY, None)


def test_a_stage_that_lasts_longer_than_it_was_due_is_breached() -> None:
    _, city = stages(WAY, now=LATER, ended=False)
    assert (city.breached, city.age_days) == (True, 16)


def test_a_stage_that_was_left_too_late_stays_breached() -> None:
    late = replace(DISTRICT, due_at=MOVED_ON)
    assert stages((late, REJECTED), now=LATER, ended=True)[0].breached


def test_the_end_has_no_age() -> None:
    ended = stages((*WAY, REJECTED), now=datetime(2021, 3, 1, tzinfo=UTC), ended=True)
    assert (ended[-1].age_days, ended[-1].left_at, ended[-1].breached) == (0, None, False)


def test_what_is_due_at_this_very_instant_is_not_late() -> None:
    (only,) = stages(WAY[:1], now=DUE, ended=False)
    assert not only.breached


def a_course(*history: Entered, now: datetime = LATER, legs: tuple[Leg, ...] = (), **changes: Any) -> Course:
    """A line in what it entered last, due when that is, in a year without holidays."""
    last = history[-1]
    line = a_line(state=last.state, stage=last.stage, entered_at=last.at, due_at=last.due_at, due_on=last.due_on)
    fields: dict[str, Any] = {"objected": False, "calendar": working_days(2020), **changes}
    return Course(line=line, scheme=jiangmen(), history=history, legs=legs, now=now, **fields)


def working_days(*years: int) -> WorkingDays:
    return WorkingDays(frozenset(), frozenset(), frozenset(years))


def states(course: Course) -> list[State]:
    return [stage.entered.state for stage in course.stages]


def test_a_return_that_nobody_answered_is_a_rejection_before_the_timer_runs() -> None:
    course = a_course(replace(DISTRICT, state=LineState.RETURNED))
    returned, rejected = course.stages
    assert (returned.left_at, returned.breached) == (DUE, False)
    assert (rejected.entered.state, rejected.entered.at, rejected.age_days) == (LineState.REJECTED, DUE, 0)
    assert rejected.entered.reason == "no_answer"


def test_a_return_may_be_answered_until_it_is_due() -> None:
    last_chance = DUE - timedelta(microseconds=1)
    assert states(a_course(replace(DISTRICT, state=LineState.RETURNED), now=last_chance)) == [LineState.RETURNED]


def test_a_review_that_is_overdue_goes_on() -> None:
    assert states(a_course(*WAY)) == [LineState.IN_REVIEW, LineState.IN_REVIEW]


def test_a_disclosure_that_is_over_releases_before_the_timer_runs() -> None:
    course = a_course(DISCLOSED, calendar=working_days(2020, 2021))
    released = course.entered[-1]
    assert (released.state, released.at, released.due_on) == (LineState.RELEASED, DUE, date(2021, 1, 7))
    assert course.payment_expected_by == date(2021, 1, 7)


def test_an_objection_keeps_it_disclosed_and_tells_no_day_of_payment() -> None:
    course = a_course(DISCLOSED, objected=True, calendar=working_days(2020, 2021))
    assert (states(course), course.payment_expected_by) == ([LineState.DISCLOSED], None)


def test_while_it_is_disclosed_payment_is_expected_as_if_nobody_objects() -> None:
    course = a_course(DISCLOSED, now=MOVED_ON, calendar=working_days(2020, 2021))
    assert (states(course), course.payment_expected_by) == ([LineState.DISCLOSED], date(2021, 1, 7))


def test_where_the_calendar_ends_no_day_is_told() -> None:
    assert a_course(DISCLOSED, now=MOVED_ON).payment_expected_by is None
    over = a_course(DISCLOSED)
    assert (states(over)[-1], over.payment_expected_by) == (LineState.RELEASED, None)


def test_before_it_is_disclosed_no_day_is_told() -> None:
    assert a_course(*WAY).payment_expected_by is None


def test_a_released_line_keeps_the_day_it_was_told() -> None:
    assert a_course(RELEASED, legs=PAYABLE).payment_expected_by == date(2020, 12, 16)


def test_a_line_is_paid_when_the_day_of_its_bank_line_is_over() -> None:
    released, paid = a_course(RELEASED, legs=PAID_LEGS).stages
    assert (paid.entered.state, paid.entered.at, paid.age_days) == (PAID, datetime(2020, 12, 16, 16, tzinfo=UTC), 0)
    assert (released.left_at, released.breached) == (paid.entered.at, False)


def test_on_the_day_itself_it_is_not_paid_yet() -> None:
    during = a_course(RELEASED, legs=PAID_LEGS, now=datetime(2020, 12, 16, 4, tzinfo=UTC))
    assert states(during) == [LineState.RELEASED]


def test_paid_a_day_late_it_was_late() -> None:
    late = tuple(replace(leg, paid_on=date(2020, 12, 17)) for leg in PAID_LEGS)
    assert a_course(RELEASED, legs=late).stages[0].breached


def test_a_line_of_which_one_leg_is_owed_is_not_paid() -> None:
    assert states(a_course(RELEASED, legs=(*PAID_LEGS, *PAYABLE))) == [LineState.RELEASED]


def test_a_dropped_leg_is_not_waited_for() -> None:
    dropped = replace(PAYABLE[0], state=LegState.DROPPED)
    assert states(a_course(RELEASED, legs=(*PAID_LEGS, dropped)))[-1] == PAID
