"""Due process: nobody is suspended unheard or by one person alone, and every case comes to an end."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.providers.domain.suspension import (
    HEARD,
    OPEN,
    STOPS,
    Answer,
    Ending,
    Outcome,
    Suspension,
    SuspensionKind,
    SuspensionState,
    Verdict,
    again_faults,
    answer,
    confirm,
    decide,
    open_faults,
    over,
    resume_faults,
    until_faults,
    withdraw_faults,
)
from tests.registry.samples import TODAY, codes

NOW = datetime(2020, 9, 14, 2, tzinfo=UTC)
DUE = NOW + timedelta(days=14)
LAST, END = date(2020, 12, 31), datetime(2020, 12, 31, 16, tzinfo=UTC)
NOTICE = Suspension(
    new_id(), new_id(), SuspensionKind.NOTICE, "报告失实", new_id(), "per_1", NOW, DUE, SuspensionState.PROPOSED
)
URGENT = replace(NOTICE, kind=SuspensionKind.URGENT, state=SuspensionState.URGENT, ends_at=DUE)
SAID = Answer("per_9", NOW, "已更正")
VERDICT = Verdict("per_2", NOW, "陈述不成立", new_id(), LAST)
ANSWERED = answer(NOTICE, SAID)


def refusal(act: Callable[[], Suspension]) -> set[str]:
    """The codes with which an act is refused."""
    with pytest.raises(Refusal) as refused:
        act()
    return codes(refused.value)


def test_a_case_has_a_reason_and_no_other_beside_it() -> None:
    assert open_faults("报告失实", None) == []
    assert [fault.code for fault in open_faults("", NOTICE)] == ["reason.empty", "suspension.duplicate"]


def test_what_nobody_confirmed_is_ordered_anew_by_another_person() -> None:
    lapsed = replace(URGENT, state=SuspensionState.LAPSED)
    (fault,) = again_faults(lapsed, "per_1")
    assert (fault.code, fault.numbers) == ("suspension.lapsed", {"id": f"sus_{URGENT.id.hex}"})
    assert again_faults(lapsed, "per_2") == again_faults(None, "per_1") == []
    assert again_faults(replace(URGENT, state=SuspensionState.ENDED), "per_1") == []


def test_another_person_than_who_ordered_it_ends_a_suspension() -> None:
    assert [fault.code for fault in resume_faults(URGENT, "per_1")] == ["suspension.same_person"]
    assert resume_faults(URGENT, "per_2") == resume_faults(None, "per_1") == []


def test_nobody_withdraws_from_a_case() -> None:
    assert withdraw_faults(None) == []
    (fault,) = withdraw_faults(NOTICE)
    assert (fault.code, fault.numbers) == ("suspension.running", {"id": f"sus_{NOTICE.id.hex}"})


def test_the_provider_answers_once_and_in_time() -> None:
    assert (ANSWERED.state, ANSWERED.answer) == (SuspensionState.ANSWERED, SAID)
    assert refusal(lambda: answer(ANSWERED, SAID)) == {"suspension.answered"}
    late = replace(SAID, at=DUE, text="")
    assert refusal(lambda: answer(NOTICE, late)) == {"reason.empty", "suspension.too_late"}


def test_an_urgent_suspension_is_answered_while_it_stands() -> None:
    assert answer(URGENT, SAID) == replace(URGENT, answer=SAID)
    assert refusal(lambda: answer(replace(URGENT, state=SuspensionState.LAPSED), SAID)) == {"suspension.state"}


def test_the_provider_is_heard_before_anything_is_decided() -> None:
    assert refusal(lambda: decide(NOTICE, Outcome.SUSPEND, VERDICT, ends_at=END)) == {"suspension.not_heard"}
    silent = decide(NOTICE, Outcome.SUSPEND, replace(VERDICT, at=DUE), ends_at=END)
    assert (silent.state, silent.ends_at) == (SuspensionState.IN_FORCE, END)


@pytest.mark.parametrize(
    ("outcome", "until", "state"),
    [
        (Outcome.SUSPEND, LAST, SuspensionState.IN_FORCE),
        (Outcome.REMOVE, None, SuspensionState.REMOVED),
        (Outcome.DROP, None, SuspensionState.DROPPED),
    ],
)
def test_another_person_decides_what_was_heard(outcome: Outcome, until: date | None, state: SuspensionState) -> None:
    ends_at = END if until is not None else None
    decided = decide(ANSWERED, outcome, replace(VERDICT, until=until), ends_at=ends_at)
    assert (decided.state, decided.ends_at) == (state, ends_at)
    own = replace(VERDICT, by="per_1", until=until)
    assert refusal(lambda: decide(ANSWERED, outcome, own, ends_at=ends_at)) == {"suspension.same_person"}
    assert refusal(lambda: decide(decided, outcome, replace(VERDICT, until=until), ends_at=None)) == {
        "suspension.state"
    }


def test_a_suspension_has_a_last_day_and_only_that() -> None:
    endless = replace(VERDICT, until=None, reason="")
    assert refusal(lambda: decide(ANSWERED, Outcome.SUSPEND, endless, ends_at=None)) == {
        "reason.empty",
        "suspension.until",
    }
    assert refusal(lambda: decide(ANSWERED, Outcome.DROP, VERDICT, ends_at=END)) == {"suspension.until"}
    assert [fault.code for fault in until_faults(date(2020, 9, 13), today=TODAY)] == ["suspension.over"]
    assert until_faults(TODAY, today=TODAY) == until_faults(None, today=TODAY) == []


def test_an_urgent_suspension_is_confirmed_by_another_person_in_time() -> None:
    confirmed = confirm(URGENT, VERDICT, ends_at=END)
    assert (confirmed.state, confirmed.ends_at) == (SuspensionState.IN_FORCE, END)
    own = replace(VERDICT, by="per_1", at=DUE)
    assert refusal(lambda: confirm(URGENT, own, ends_at=END)) == {"suspension.same_person", "suspension.too_late"}
    assert refusal(lambda: confirm(confirmed, VERDICT, ends_at=END)) == {"suspension.state"}


def test_what_nobody_confirmed_lapses_and_what_is_in_force_ends() -> None:
    assert over(URGENT, Ending("timer", DUE)).state is SuspensionState.LAPSED
    assert over(URGENT, Ending("per_1", NOW)).state is SuspensionState.ENDED
    ended = over(confirm(URGENT, VERDICT, ends_at=END), Ending("timer", END))
    assert (ended.state, ended.ends_at) == (SuspensionState.ENDED, None)
    with pytest.raises(ValueError, match="ended"):
        over(ended, Ending("timer", END))


class Process(RuleBasedStateMachine):
    """One case under anybody's hands, at any time: whatever is refused changes nothing."""

    PERSONS = st.sampled_from(["per_1", "per_2", "per_3"])

    def __init__(self) -> None:
        super().__init__()
        self.case = NOTICE
        self.now = NOW

    def attempt(self, act: Callable[[], Suspension]) -> None:
        with suppress(Refusal):
            self.case = act()

    @precondition(lambda self: self.case is NOTICE)
    @rule()
    def be_urgent(self) -> None:
        self.case = URGENT

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        if self.case.ends_at is not None and self.now >= self.case.ends_at:
            self.case = over(self.case, Ending("timer", self.case.ends_at))

    @rule()
    def say(self) -> None:
        self.attempt(lambda: answer(self.case, Answer("per_9", self.now, "已更正")))

    @rule(by=PERSONS, outcome=st.sampled_from(Outcome))
    def judge(self, by: str, outcome: Outcome) -> None:
        until = LAST if outcome is Outcome.SUSPEND else None
        verdict = Verdict(by, self.now, "核查属实", NOTICE.document_id, until)
        self.attempt(lambda: decide(self.case, outcome, verdict, ends_at=END if until else None))

    @rule(by=PERSONS)
    def second(self, by: str) -> None:
        verdict = Verdict(by, self.now, "核查属实", NOTICE.document_id, LAST)
        self.attempt(lambda: confirm(self.case, verdict, ends_at=END))

    @invariant()
    def nobody_decides_alone(self) -> None:
        assert self.case.verdict is None or self.case.verdict.by != self.case.opened_by

    @invariant()
    def nobody_is_judged_unheard(self) -> None:
        if self.case.kind is SuspensionKind.NOTICE and self.case.verdict is not None:
            assert self.case.answer is not None or self.case.verdict.at >= self.case.due_at

    @invariant()
    def what_stops_a_provider_ends_by_itself(self) -> None:
        assert (self.case.state in STOPS) == (self.case.ends_at is not None)
        assert self.case.state in OPEN or self.case.verdict is not None or self.case.ending is not None

    @invariant()
    def a_hearing_has_no_verdict(self) -> None:
        assert self.case.state not in HEARD or self.case.verdict is None


TestProcess = Process.TestCase
TestProcess.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
