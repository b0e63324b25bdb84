"""The life of an assessment, act by act, and whatever is done in whatever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.chassis.refusals import Reason, Refusal
from services.registry.assessment.domain import assessment as life
from services.registry.assessment.domain.assessment import JUDGED, OVER, STANDS, Assessment, AssessmentState
from services.registry.assessment.domain.consequence import Consequence
from services.registry.assessment.domain.figure import Figure, Ruling
from services.registry.assessment.domain.scoring import Grade
from tests.registry.assessment.samples import ACCEPTED, SYSTEM

ID = UUID(int=1)
CLOSES = date(2020, 9, 18)
OPEN = Assessment(id=ID, campaign_id=ID, space_id=ID, year=2019)
FIGURES = (Figure(indicator="business", told=20, document_id=ID), Figure(indicator="trainees", counted=40))
COUNTED = (Figure(indicator="business"), Figure(indicator="trainees", counted=40))
REPORTED = life.report(OPEN, FIGURES, by="per_9", closes_on=CLOSES, today=CLOSES)
RETURNED = life.give_back(REPORTED, reason="缺报告", until=date(2020, 9, 25), today=CLOSES)
REVIEWED = life.review(REPORTED, SYSTEM, ACCEPTED, by="per_1")
MISSED = life.miss(OPEN, COUNTED)
ANNOUNCED = life.announce(REVIEWED)
OBJECTED = life.object_to(ANNOUNCED, text="少计", document_id=ID, until=CLOSES, today=CLOSES)
MORE = [Ruling("business", 50, reason="补计")]
EMPTY = Reason("reason.empty", "whoever decides or answers says why", "/reason")


def refusal(act: Callable[[], object]) -> list[Reason]:
    with pytest.raises(Refusal) as refused:
        act()
    return list(refused.value.reasons)


def in_state(state: str, verb: str) -> Reason:
    return Reason("assessment.state", "the life cycle of an assessment", None, {"state": state, "verb": verb})


def last_day(day: str) -> Reason:
    return Reason("assessment.closed", "the last day is the last day", None, {"until": day})


def test_a_report_is_taken_until_the_last_day() -> None:
    assert (REPORTED.state, REPORTED.round, REPORTED.figures) == (AssessmentState.REPORTED, 1, FIGURES)
    late = CLOSES + timedelta(days=1)
    assert refusal(lambda: life.report(OPEN, FIGURES, by="per_9", closes_on=CLOSES, today=late)) == [
        last_day("2020-09-18")
    ]
    assert refusal(lambda: life.report(REPORTED, FIGURES, by="per_9", closes_on=CLOSES, today=CLOSES)) == [
        in_state("reported", "report")
    ]


def test_a_correction_has_a_day_of_its_own() -> None:
    again = life.report(RETURNED, FIGURES, by="per_9", closes_on=CLOSES, today=date(2020, 9, 25))
    assert (again.state, again.round) == (AssessmentState.REPORTED, 2)
    assert refusal(lambda: life.report(RETURNED, FIGURES, by="per_9", closes_on=CLOSES, today=date(2020, 9, 26))) == [
        last_day("2020-09-25")
    ]


def test_a_report_is_returned_once_with_a_reason_until_a_later_day() -> None:
    again = life.lapse(RETURNED)
    told = refusal(
        lambda: life.give_back(replace(again, state=AssessmentState.OPEN), reason="", until=CLOSES, today=CLOSES)
    )
    assert told == [
        in_state("open", "return"),
        EMPTY,
        Reason("assessment.returned", "a report is returned once"),
        Reason(
            "assessment.return_day",
            "a correction is given time until a later day, and not for ever",
            "/until",
            {"today": "2020-09-18", "latest": "2020-10-18"},
        ),
    ]


@pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (30, True), (31, False)])
def test_a_correction_is_given_up_to_thirty_days(days: int, taken: bool) -> None:
    until = CLOSES + timedelta(days=days)
    if taken:
        assert life.give_back(REPORTED, reason="补", until=until, today=CLOSES).returned_until == until
    else:
        told = refusal(lambda: life.give_back(REPORTED, reason="补", until=until, today=CLOSES))
        assert [one.code for one in told] == ["assessment.return_day"]


def test_what_was_not_corrected_in_time_stands_as_it_was() -> None:
    assert life.lapse(RETURNED) == replace(RETURNED, state=AssessmentState.REPORTED)
    assert refusal(lambda: life.lapse(REPORTED)) == [in_state("reported", "lapse")]


def test_whoever_does_not_report_has_failed() -> None:
    assert (MISSED.state, MISSED.grade, MISSED.score, MISSED.unreported) == ("unreported", Grade.FAIL, 0, True)
    assert refusal(lambda: life.miss(REPORTED, COUNTED)) == [in_state("reported", "miss")]


def test_a_review_scores_what_it_accepts_or_corrects() -> None:
    assert (REVIEWED.score, REVIEWED.grade, REVIEWED.reviewed_by, REVIEWED.round) == (6000, Grade.PASS, "per_1", 2)
    lower = life.review(REPORTED, SYSTEM, [Ruling("trainees"), Ruling("business", 19, reason="一笔重复")], by="per_1")
    assert (lower.score, lower.grade, lower.figures[0].points) == (5900, Grade.FAIL, 1900)
    assert refusal(lambda: life.review(OPEN, SYSTEM, [Ruling("business")], by="per_1")) == [
        in_state("open", "review"),
        Reason(
            "assessment.figure_unruled",
            "a reviewer says something of every figure",
            "/figures",
            {"indicator": "trainees"},
        ),
    ]


def test_an_objection_is_taken_once_until_the_last_day_for_it() -> None:
    late = CLOSES + timedelta(days=1)
    told = refusal(lambda: life.object_to(OBJECTED, text="", document_id=None, until=CLOSES, today=late))
    assert told == [in_state("objected", "object"), EMPTY, last_day("2020-09-18")]
    early = refusal(lambda: life.object_to(REVIEWED, text="x", document_id=None, until=None, today=CLOSES))
    assert early == [in_state("reviewed", "object")]


def test_whoever_reported_neither_reviews_nor_decides() -> None:
    told = [Reason("assessment.same_person", "four_eyes")]
    assert refusal(lambda: life.review(REPORTED, SYSTEM, ACCEPTED, by="per_9")) == told
    assert refusal(lambda: uphold(by="per_9")) == told
    assert refusal(lambda: life.overrule(OBJECTED, reason="不符", by="per_9")) == told


def uphold(
    one: Assessment = OBJECTED, rulings: list[Ruling] = MORE, by: str = "per_2", reason: str = "属实"
) -> Assessment:
    return life.uphold(one, SYSTEM, rulings, reason=reason, by=by)


def test_an_objection_is_granted_by_another_person_with_better_figures() -> None:
    granted = uphold()
    assert (granted.state, granted.upheld, granted.decided_by) == (AssessmentState.DECIDED, True, "per_2")
    assert (granted.score, granted.grade, granted.round) == (9000, Grade.EXCELLENT, 3)
    assert refusal(lambda: uphold(by="per_1")) == [Reason("assessment.same_person", "four_eyes")]


def test_nobody_is_worse_off_for_having_objected() -> None:
    told = refusal(lambda: uphold(rulings=[Ruling("business", 19, reason="少")]))
    rule_said = "an objection does not make it worse"
    assert told == [Reason("assessment.worse", rule_said, "/figures", {"before": 6000, "after": 5900})]


def test_granting_says_all_that_is_wrong_with_it() -> None:
    assert refusal(lambda: uphold(ANNOUNCED, rulings=[Ruling("business")], reason="")) == [
        in_state("announced", "decide"),
        EMPTY,
        Reason("assessment.nothing_corrected", "an objection is granted by figures", "/figures"),
    ]


def test_who_did_not_report_is_heard_when_every_figure_is_given() -> None:
    silent = life.object_to(life.announce(MISSED), text="系统故障", document_id=None, until=CLOSES, today=CLOSES)
    granted = uphold(silent)
    assert (granted.unreported, granted.grade) == (False, Grade.EXCELLENT)
    told = refusal(lambda: uphold(silent, rulings=[Ruling("trainees", 41, reason="补")]))
    assert [one.code for one in told] == ["assessment.figure_missing"]


def test_an_objection_is_overruled_by_another_person_with_a_reason() -> None:
    stands = life.overrule(OBJECTED, reason="不符", by="per_2")
    assert (stands.state, stands.upheld, stands.decision) == (AssessmentState.DECIDED, False, "不符")
    assert (stands.score, stands.figures) == (OBJECTED.score, OBJECTED.figures)
    assert refusal(lambda: life.overrule(OBJECTED, reason="不符", by="per_1")) == [
        Reason("assessment.same_person", "four_eyes")
    ]
    assert refusal(lambda: life.overrule(ANNOUNCED, reason="", by="per_2")) == [in_state("announced", "decide"), EMPTY]


@pytest.mark.parametrize("state", sorted(AssessmentState))
def test_each_last_step_is_taken_from_its_states_only(state: AssessmentState) -> None:
    one = replace(ANNOUNCED, state=state)
    steps: list[tuple[str, Callable[[], Assessment], frozenset[AssessmentState]]] = [
        ("announce", lambda: life.announce(one), JUDGED),
        ("publish", lambda: life.publish(one, Consequence.IN_SCOPE), STANDS),
        ("cancel", lambda: life.cancel(one), frozenset(AssessmentState) - OVER),
    ]
    for verb, act, allowed in steps:
        if state in allowed:
            assert act().state.value.startswith(verb)
        else:
            assert refusal(act) == [in_state(state.value, verb)]


def test_help_follows_a_warning_only() -> None:
    warned = life.publish(ANNOUNCED, Consequence.WARNING)
    assert life.help_faults(warned) == []
    assert life.help_faults(ANNOUNCED) == [Reason("assessment.not_warned", "help follows a warning")]


class Life(RuleBasedStateMachine):
    """Whatever is done in whatever order: what is over stays, results have figures, two persons stand behind them."""

    @initialize()
    def begin(self) -> None:
        self.one, self.day, self.passed = OPEN, CLOSES - timedelta(days=2), [AssessmentState.OPEN]

    def act(self, do: Callable[[], Assessment]) -> None:
        try:
            after = do()
        except Refusal:
            return
        assert self.one.state not in OVER
        self.one = after
        self.passed.append(after.state)

    @rule()
    def a_day_passes(self) -> None:
        self.day += timedelta(days=1)

    @rule(business=st.integers(0, 70))
    def report(self, business: int) -> None:
        figures = (Figure(indicator="business", told=business, document_id=ID), FIGURES[1])
        self.act(lambda: life.report(self.one, figures, by="per_1", closes_on=CLOSES, today=self.day))

    @rule()
    def give_back(self) -> None:
        until = self.day + timedelta(days=1)
        self.act(lambda: life.give_back(self.one, reason="补正", until=until, today=self.day))

    @rule(verb=st.sampled_from([life.lapse, life.announce, life.cancel]))
    def without_a_word(self, verb: Callable[[Assessment], Assessment]) -> None:
        self.act(lambda: verb(self.one))

    @rule()
    def miss(self) -> None:
        self.act(lambda: life.miss(self.one, COUNTED))

    @rule(by=st.sampled_from(["per_1", "per_2", "per_3"]))
    def review(self, by: str) -> None:
        self.act(lambda: life.review(self.one, SYSTEM, ACCEPTED, by=by))

    @rule()
    def object_to(self) -> None:
        until = CLOSES + timedelta(days=5)
        self.act(lambda: life.object_to(self.one, text="异议", document_id=None, until=until, today=self.day))

    @rule(by=st.sampled_from(["per_1", "per_2", "per_3"]), business=st.integers(0, 70))
    def uphold(self, by: str, business: int) -> None:
        rulings = [Ruling("business", business, reason="补")]
        self.act(lambda: life.uphold(self.one, SYSTEM, rulings, reason="属实", by=by))

    @rule(by=st.sampled_from(["per_1", "per_2", "per_3"]))
    def overrule(self, by: str) -> None:
        self.act(lambda: life.overrule(self.one, reason="不符", by=by))

    @rule(outcome=st.sampled_from(sorted(Consequence)))
    def publish(self, outcome: Consequence) -> None:
        self.act(lambda: life.publish(self.one, outcome))

    @invariant()
    def a_result_has_its_figures_and_its_points(self) -> None:
        if self.one.grade is not None and not self.one.unreported:
            assert self.one.score == sum(figure.points or 0 for figure in self.one.figures)

    @invariant()
    def nothing_is_published_without_a_result_and_what_follows(self) -> None:
        published = self.one.state is AssessmentState.PUBLISHED
        assert published is (self.one.consequence is not None)
        assert not published or self.one.grade is not None

    @invariant()
    def nobody_acts_twice_on_one_assessment(self) -> None:
        persons = [one for one in (self.one.reported_by, self.one.reviewed_by, self.one.decided_by) if one]
        assert len(set(persons)) == len(persons)

    @invariant()
    def a_report_is_returned_once_and_objected_to_once(self) -> None:
        assert self.passed.count(AssessmentState.RETURNED) <= 1
        assert self.passed.count(AssessmentState.OBJECTED) <= 1


TestLife: Any = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
