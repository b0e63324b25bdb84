"""The way of a claim line through time: when each stage began and was due, and whether it took too long."""

from datetime import UTC, datetime

from services.voucher.oversight.domain.timeline import Entered, stages

SUBMITTED = datetime(2020, 12, 2, 1, tzinfo=UTC)
MOVED_ON = datetime(2020, 12, 4, 1, tzinfo=UTC)
DUE = datetime(2020, 12, 16, 16, tzinfo=UTC)
LATER = datetime(2020, 12, 20, 1, tzinfo=UTC)
WAY = (Entered("in_review district", SUBMITTED, DUE), Entered("in_review city", MOVED_ON, DUE, "complete"))


def test_a_stage_lasts_until_the_next_began() -> None:
    district, city = stages(WAY, now=LATER, ended=False)
    assert (district.left_at, district.age_days, district.breached) == (MOVED_ON, 2, False)
    assert (city.entered_at, city.left_at, city.reason) == (MOVED_ON, None, "complete")


def test_a_stage_that_lasts_longer_than_it_was_due_is_breached() -> None:
    _, city = stages(WAY, now=LATER, ended=False)
    assert (city.breached, city.age_days) == (True, 16)


def test_a_stage_that_was_left_too_late_stays_breached() -> None:
    late = (Entered("in_review district", SUBMITTED, MOVED_ON), Entered("rejected", LATER, None))
    assert stages(late, now=LATER, ended=True)[0].breached


def test_the_end_has_no_age() -> None:
    ended = stages((*WAY, Entered("rejected", LATER, None)), now=datetime(2021, 3, 1, tzinfo=UTC), ended=True)
    assert (ended[-1].age_days, ended[-1].left_at, ended[-1].breached) == (0, None, False)


def test_what_is_due_at_this_very_instant_is_not_late() -> None:
    (only,) = stages(WAY[:1], now=DUE, ended=False)
    assert not only.breached
