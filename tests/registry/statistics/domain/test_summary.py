"""Who owes a summary, by when, and how late it is; every way through its states ends where the days say."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.chassis.refusals import Refusal
from services.registry.statistics.domain import summary
from services.registry.statistics.domain.summary import Duty, Figure, Submission, SummaryState, WorkSummary
from services.standards import calendars
from services.standards.calendar import CalendarNotLoaded, WorkingDays

ID = UUID(int=1)
LOADED = WorkingDays.of(calendars.shipped())
DUTY = Duty(ID, "330402", None, 2020, "jiaxing-2015-90", "六(二)")
DUE = date(2020, 2, 1)
OPEN = WorkSummary(ID, ID, 2019, "330402", None, DUE, DUE)
BY, ANOTHER = "per_1", "per_2"


def handed_in(on: date = DUE, by: str = BY) -> Submission:
    return Submission(on, by, ID, {"spaces": Figure(3)}, days_late=0)


def submitted(on: date = DUE) -> WorkSummary:
    return summary.submit(OPEN, handed_in(on))


@pytest.mark.parametrize("year", sorted(LOADED.years)[:-1])
def test_the_deadline_is_the_twentieth_working_day_after_the_year(year: int) -> None:
    due = summary.deadline(year, LOADED)
    days = [date(year + 1, 1, 1) + timedelta(days=after) for after in range((due - date(year, 12, 31)).days)]
    assert LOADED.is_working(due)
    assert sum(LOADED.is_working(day) for day in days) == 20


def test_no_deadline_is_guessed() -> None:
    with pytest.raises(CalendarNotLoaded, match=str(max(LOADED.years) + 1)):
        summary.deadline(max(LOADED.years), LOADED)


def test_a_summary_opens_with_its_deadline() -> None:
    opened = summary.open_summary(ID, DUTY, 2019, LOADED)
    assert (opened.state, opened.owed_by, opened.region) == (SummaryState.OPEN, opened.due_on, "330402")


def test_on_its_last_day_a_summary_is_in_time() -> None:
    assert submitted(DUE).submission == handed_in(DUE)


def test_a_day_later_it_is_a_day_late() -> None:
    found = submitted(DUE + timedelta(days=1)).submission
    assert found is not None
    assert found.days_late == 1


def test_only_what_is_owed_is_overdue() -> None:
    after = DUE + timedelta(days=3)
    assert [OPEN.overdue(DUE), OPEN.overdue(after), submitted().overdue(after)] == [0, 3, 0]


def test_a_return_does_not_make_a_summary_later() -> None:
    back = summary.send_back(submitted(), by=ANOTHER, reason="缺名单", owed_by=DUE + timedelta(days=9))
    again = summary.submit(back, handed_in(DUE + timedelta(days=8)))
    assert again.submission == handed_in(DUE + timedelta(days=8))
    assert again.reason is None


def test_what_is_returned_is_owed_again() -> None:
    back = summary.send_back(submitted(), by=ANOTHER, reason="缺名单", owed_by=DUE + timedelta(days=9))
    assert (back.state, back.owed_by) == (SummaryState.RETURNED, DUE + timedelta(days=9))


def test_nobody_decides_on_what_he_handed_in() -> None:
    with pytest.raises(Refusal, match=r"summary\.own"):
        summary.accept(submitted(), by=BY)
    with pytest.raises(Refusal, match=r"summary\.own"):
        summary.send_back(submitted(), by=BY, reason="缺名单", owed_by=DUE)


def test_another_person_accepts_it() -> None:
    assert summary.accept(submitted(), by=ANOTHER).state is SummaryState.ACCEPTED


def test_a_reason_is_given_for_a_return() -> None:
    with pytest.raises(Refusal, match=r"reason\.empty"):
        summary.send_back(submitted(), by=ANOTHER, reason=" ", owed_by=DUE)


def test_figures_that_are_not_asked_for_are_named() -> None:
    faults = summary.stated_faults({"spaces": 1, "lies": 2}, ["spaces"])
    assert [(one.code, one.pointer) for one in faults] == [("summary.figure", "/stated/lies")]


def test_all_faults_of_a_duty_are_told() -> None:
    duty = replace(DUTY, from_year=2019, bureau="市科技局")
    faults = summary.duty_faults(duty, today=date(2020, 9, 14))
    pointers = {one.pointer for one in faults}
    assert pointers == {"/from_year", "/bureaus"}


def test_a_duty_from_this_year_on_is_well() -> None:
    assert summary.duty_faults(DUTY, today=date(2020, 9, 14)) == []


class Life(RuleBasedStateMachine):
    """Days pass, and everybody does what he likes."""

    @initialize()
    def begin(self) -> None:
        self.summary, self.today = OPEN, date(2020, 1, 20)
        self.first: date | None = None

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(by=st.sampled_from([BY, ANOTHER]))
    def submit(self, by: str) -> None:
        if self.summary.state in summary.OWED:
            self.summary = summary.submit(self.summary, handed_in(self.today, by))
            self.first = self.first or self.today
        else:
            with pytest.raises(Refusal, match=r"summary\.state"):
                summary.submit(self.summary, handed_in(self.today, by))

    @precondition(lambda self: self.summary.state is SummaryState.SUBMITTED)
    @rule(accepts=st.booleans())
    def decide(self, accepts: bool) -> None:
        handed = self.summary.submission
        assert handed is not None
        other = ANOTHER if handed.by == BY else BY
        back_by = self.today + timedelta(days=7)
        self.summary = (
            summary.accept(self.summary, by=other)
            if accepts
            else summary.send_back(self.summary, by=other, reason="缺名单", owed_by=back_by)
        )

    @precondition(lambda self: self.summary.state is not SummaryState.SUBMITTED)
    @rule()
    def decides_on_nothing(self) -> None:
        with pytest.raises(Refusal, match=r"summary\.state"):
            summary.accept(self.summary, by="per_3")
        with pytest.raises(Refusal, match=r"summary\.state"):
            summary.send_back(self.summary, by="per_3", reason="缺名单", owed_by=self.today)

    @invariant()
    def something_is_owed_until_it_is_handed_in(self) -> None:
        assert (self.summary.owed_by is not None) == (self.summary.state in summary.OWED)

    @invariant()
    def the_first_time_decides_how_late(self) -> None:
        if self.first is not None and self.summary.submission is not None:
            assert self.summary.submission.days_late == max(0, (self.first - DUE).days)


TestLife = Life.TestCase
