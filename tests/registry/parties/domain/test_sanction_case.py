"""How a sanction comes about, and how it ends early: whatever is tried, in whatever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Reason, Refusal
from services.registry.parties.domain import sanction_case as domain
from services.registry.parties.domain.sanction_case import (
    Answer,
    Bench,
    CaseState,
    Grounds,
    Lifting,
    LiftingState,
    Patience,
    Ruling,
    SanctionCase,
)
from services.registry.parties.domain.standing import Sanction, SanctionKind
from services.standards.calendar import WorkingDays

ID, FIRM, PAPER = UUID(int=1), UUID(int=2), UUID(int=3)
AT = datetime(2020, 9, 14, 1, tzinfo=UTC)
TODAY = date(2020, 9, 14)
CHARGE = Grounds(kind=SanctionKind.BAN, grounds="提供虚假材料", clause="第二十条", document_id=PAPER)
CASE = SanctionCase(
    id=ID, organization_id=FIRM, charge=CHARGE, state=CaseState.PROPOSED, proposed_by="per_1", proposed_at=AT
)
CALENDAR = WorkingDays(frozenset(), frozenset(), frozenset({2020}))
PATIENCE = Patience(working_days=5, calendar=CALENDAR, zone="Asia/Shanghai")
TOLD = domain.notify(CASE, PATIENCE, by="per_1", at=AT)
SILENT = domain.let_pass(TOLD)
RULING = Ruling(years=2, number="江科 15 号", document_id=PAPER, remedy="可申请行政复议")
OTHER = Bench(by="per_2", at=AT, today=TODAY)
SAME = Bench(by="per_1", at=AT, today=TODAY)
BAN = Sanction(ID, FIRM, SanctionKind.BAN, date(2020, 1, 1), date(2021, 1, 1), PAPER)
LIFTING = Lifting(
    id=ID,
    sanction_id=ID,
    reason="撤销",
    document_id=PAPER,
    state=LiftingState.PROPOSED,
    proposed_by="per_1",
    proposed_at=AT,
)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act()
    return [reason.code for reason in refusal.value.reasons]


def test_an_answer_may_be_given_until_the_end_of_the_fifth_working_day() -> None:
    assert (TOLD.reply_by, TOLD.reply_ends) == (date(2020, 9, 21), datetime(2020, 9, 21, 16, tzinfo=UTC))


def test_an_answer_after_that_is_too_late_though_nobody_noted_it_yet() -> None:
    assert TOLD.reply_ends is not None
    given_ = Answer(text="不实")
    before = domain.answer(TOLD, given_, by="per_3", at=TOLD.reply_ends - timedelta(microseconds=1))
    assert (before.state, before.answer) == (CaseState.ANSWERED, "不实")
    assert refused(lambda: domain.answer(TOLD, given_, by="per_3", at=TOLD.reply_ends or AT)) == [
        "sanction_case.too_late"
    ]


def test_without_the_years_calendar_no_time_is_promised() -> None:
    unknown = replace(PATIENCE, calendar=WorkingDays(frozenset(), frozenset(), frozenset({2019})))
    assert refused(lambda: domain.notify(CASE, unknown, by="per_1", at=AT)) == ["calendar.not_loaded"]


@pytest.mark.parametrize(("years", "until"), [(1, date(2021, 9, 14)), (3, date(2023, 9, 14))])
def test_a_sanction_runs_from_the_day_of_its_decision(years: int, until: date) -> None:
    decided, sanction = domain.decide(SILENT, replace(RULING, years=years), OTHER, sanction_id=ID)
    assert (decided.state, decided.decided_by) == (CaseState.DECIDED, "per_2")
    assert (sanction.start, sanction.until, sanction.case_id) == (TODAY, until, ID)


def test_whoever_proposed_does_not_decide_and_all_that_is_wrong_is_told_at_once() -> None:
    wrong, lost = replace(RULING, years=4), replace(SAME, also=[Reason("reference.unknown")])
    assert refused(lambda: domain.decide(TOLD, wrong, lost, sanction_id=ID)) == [
        "sanction_case.state",
        "sanction_case.same_person",
        "sanction_case.years",
        "reference.unknown",
    ]


def test_nobody_is_kept_out_twice_for_the_same_on_a_day() -> None:
    known = replace(OTHER, known=[replace(BAN, id=UUID(int=9))])
    assert refused(lambda: domain.decide(SILENT, RULING, known, sanction_id=ID)) == ["sanction.overlap"]
    lifted = replace(OTHER, known=[replace(BAN, id=UUID(int=9), lifted_on=TODAY)])
    assert domain.decide(SILENT, RULING, lifted, sanction_id=ID)


@pytest.mark.parametrize("case", [CASE, TOLD, SILENT])
def test_a_case_is_dropped_at_any_time_before_it_is_decided(case: SanctionCase) -> None:
    dropped = domain.drop(case, "证据不足", by="per_1", at=AT)
    assert (dropped.state, dropped.drop_reason) == (CaseState.DROPPED, "证据不足")
    assert refused(lambda: domain.drop(dropped, "再次", by="per_1", at=AT)) == ["sanction_case.state"]


def test_a_sanction_is_lifted_by_a_second_person_while_it_holds() -> None:
    approved, lifted = domain.approve(LIFTING, BAN, OTHER)
    assert (approved.state, lifted.lifted_on, lifted.period.until) == (LiftingState.APPROVED, TODAY, date(2020, 9, 13))
    assert refused(lambda: domain.approve(approved, lifted, SAME)) == [
        "sanction_lifting.state",
        "sanction_lifting.same_person",
        "sanction.not_in_force",
    ]


def test_what_was_rejected_is_not_approved_afterwards() -> None:
    rejected = domain.reject(LIFTING, "复议中", by="per_1", at=AT)
    assert (rejected.state, rejected.refusal) == (LiftingState.REJECTED, "复议中")
    assert refused(lambda: domain.reject(rejected, "再次", by="per_2", at=AT)) == ["sanction_lifting.state"]


ACTS: dict[str, Callable[[SanctionCase, str], SanctionCase]] = {
    "notify": lambda case, by: domain.notify(case, PATIENCE, by=by, at=AT),
    "answer": lambda case, by: domain.answer(case, Answer(text="不实"), by=by, at=AT),
    "let_pass": lambda case, _: domain.let_pass(case),
    "decide": lambda case, by: domain.decide(case, RULING, replace(OTHER, by=by), sanction_id=ID)[0],
    "drop": lambda case, by: domain.drop(case, "证据不足", by=by, at=AT),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(["per_1", "per_2"])), max_size=8))
def test_nobody_is_kept_out_unheard_or_by_one_person(acts: list[tuple[str, str]]) -> None:
    case, passed = CASE, list[str]()
    for verb, by in acts:
        ended = case.ended
        try:
            case = ACTS[verb](case, by)
        except Refusal:
            continue
        assert not ended
        passed.append(verb)
    if case.state is CaseState.DECIDED:
        assert case.decided_by == "per_2"
        assert passed in (["notify", "answer", "decide"], ["notify", "let_pass", "decide"])
