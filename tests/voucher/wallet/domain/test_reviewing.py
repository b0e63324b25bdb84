"""What reviewers say moves an application from stage to stage, and no word is taken that must not be said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays
from services.voucher.wallet.domain import reviewing
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.reviewing import Answer, Case, Said, Word
from services.voucher.wallet.domain.sampling import SampleKind
from services.voucher.wallet.domain.states import DRAW, INSPECTION, ApplicationState
from tests.voucher.scheme.samples import DAYS
from tests.voucher.wallet.reviewing import a_reviewing_scheme
from tests.voucher.wallet.samples import OPEN, SCHEME, an_application

State = ApplicationState
APPROVE = Word(answer=Answer.APPROVE)
REFUSE = Word(answer=Answer.REFUSE, reason="evidence_missing", words="No plan.")
RETURN = Word(answer=Answer.RETURN, words="Name the site.")
BLIND = {SampleKind.SECOND_REVIEW: True}


def a_case(
    stage: str = "city", said: Sequence[Said] = (), samples: dict[SampleKind, bool] | None = None, **asks: Any
) -> Case:
    return Case(
        application=an_application(state=State.IN_REVIEW, stage=stage, number=1, submitted_at=OPEN),
        scheme=a_reviewing_scheme(**asks),
        said=tuple(said),
        samples=samples or {},
        calendar=DAYS,
        at=OPEN,
    )


def said(word: Word, person: str, *, stage: str = "city", turn: int = 1, seat: int = 1) -> Said:
    fields = {name: getattr(word, name) for name in ("answer", "reason", "words", "points")}
    return Said(
        id=new_id(),
        application_id=new_id(),
        turn=turn,
        stage=stage,
        seat=seat,
        person=person,
        at=OPEN,
        request_id=None,
        **fields,
    )


def against(case: Case, word: Word, person: str = "per_new") -> list[str]:
    found = reviewing.faults(case, word, person=person, own_stage=case.stage, state=case.application.state)
    return [reason.code for reason in found]


def after(case: Case, word: Word, person: str = "per_new") -> Application:
    mine = said(word, person, stage=case.stage, turn=case.application.turn, seat=len(case.votes) + 1)
    return reviewing.review(case, word, said=mine)


def test_the_first_stage_is_where_an_application_enters_or_the_draw_where_nobody_reviews() -> None:
    assert reviewing.entered(a_case()).stage == "district"
    assert reviewing.entered(a_case(review=[], audit_sample="0.05")).stage == DRAW


@pytest.mark.parametrize(
    ("stage", "asks", "samples", "to"),
    [
        ("district", {}, {}, (State.IN_REVIEW, "city")),
        ("city", {}, {}, (State.REVIEWED, None)),
        ("city", {"audit_sample": "0.05"}, {}, (State.IN_REVIEW, DRAW)),
        ("city", {"audit_sample": "0.05"}, {SampleKind.AUDIT: True}, (State.IN_REVIEW, INSPECTION)),
        ("city", {"audit_sample": "0.05"}, {SampleKind.AUDIT: False}, (State.REVIEWED, None)),
        (INSPECTION, {"audit_sample": "0.05"}, {SampleKind.AUDIT: True}, (State.REVIEWED, None)),
    ],
)
def test_an_approval_leads_on(stage: str, asks: dict[str, Any], samples: dict[SampleKind, bool], to: Any) -> None:
    passed = after(a_case(stage, samples=samples, **asks), APPROVE)
    assert (passed.state, passed.stage, passed.number) == (*to, 1)


def test_a_refusal_tells_reason_words_and_clause() -> None:
    refused = after(a_case(), REFUSE)
    assert (refused.state, refused.stage, refused.decided_at) == (State.REJECTED, None, OPEN)
    (reason,) = refused.reasons
    assert dict(reason.numbers) == {"stage": "city", "reason": "evidence_missing", "words": "No plan."}


def test_nobody_reviews_what_waits_for_a_draw_or_is_not_in_review() -> None:
    assert against(a_case(DRAW), APPROVE) == ["application.not_in_review"]
    returned = replace(a_case(), application=an_application(state=State.RETURNED, stage="city"))
    assert against(returned, APPROVE) == ["application.not_in_review"]


def test_all_that_is_wrong_with_a_word_is_told_at_once() -> None:
    case = a_case(said=[said(APPROVE, "per_1", stage="district")], second_review="0.10")
    word = Word(answer=Answer.RETURN, reason="evidence_missing", points=3)
    found = reviewing.faults(case, word, person="per_1", own_stage="district", state=State.IN_REVIEW)
    assert [reason.code for reason in found] == [
        "application.other_stage",
        "application.took_part",
        "application.draw_first",
        "application.reason_unasked",
        "application.words_missing",
        "application.points_unasked",
    ]


def test_who_made_the_application_or_decided_on_it_has_a_part_and_who_only_asked_here_has_none() -> None:
    assert against(a_case(), APPROVE, "per_1") == ["application.took_part"], "who made it"
    asked = [said(RETURN, "per_asked")]
    assert against(a_case(said=asked), APPROVE, "per_asked") == []
    assert against(a_case("district", said=asked), APPROVE, "per_asked") == ["application.took_part"]


def test_who_decided_its_appeal_has_had_his_say() -> None:
    case = replace(a_case(), ruled=frozenset({"per_arbiter"}))
    assert against(case, APPROVE, "per_arbiter") == ["application.took_part"]


def test_a_stage_returns_once_and_not_once_somebody_answered_nor_at_the_inspection() -> None:
    told = ["application.returned_before"]
    assert against(a_case(said=[said(RETURN, "per_2", turn=0)]), RETURN) == told
    assert against(a_case(said=[said(APPROVE, "per_2")], samples=BLIND), RETURN) == told
    assert against(a_case(INSPECTION), RETURN) == told
    assert against(a_case(said=[said(RETURN, "per_2", stage="district", turn=0)]), RETURN) == []


def test_two_who_agree_decide_and_where_they_differ_the_third_does() -> None:
    first = a_case(samples=BLIND)
    assert after(first, APPROVE).stage == "city"
    second = a_case(said=[said(APPROVE, "per_2")], samples=BLIND)
    assert after(second, APPROVE).state is State.REVIEWED
    assert after(second, REFUSE).state is State.IN_REVIEW
    third = a_case(said=[said(APPROVE, "per_2"), said(REFUSE, "per_3", seat=2)], samples=BLIND)
    assert after(third, APPROVE).state is State.REVIEWED
    assert after(third, REFUSE).state is State.REJECTED


def test_who_was_not_drawn_or_was_decided_once_has_one_reviewer() -> None:
    assert after(a_case(samples={SampleKind.SECOND_REVIEW: False}), APPROVE).state is State.REVIEWED
    again = a_case(said=[said(REFUSE, "per_2")], samples=BLIND)
    again = replace(again, application=replace(again.application, turn=2))
    assert after(again, APPROVE).state is State.REVIEWED


@given(st.integers(0, 100), st.integers(0, 100))
def test_the_points_of_two_are_their_mean_to_the_half(one: int, other: int) -> None:
    case = a_case(said=[said(replace(APPROVE, points=one), "per_2")], samples=BLIND)
    assert after(case, replace(APPROVE, points=other)).points == (one + other) * 50


def test_a_first_answer_that_waits_for_a_second_is_its_authors_alone() -> None:
    case = a_case(said=[said(APPROVE, "per_2")], samples=BLIND)
    assert reviewing.visible(case, person="per_2") == list(case.said)
    assert reviewing.visible(case, person="per_3") == []
    differ = a_case(said=[*case.said, said(REFUSE, "per_3", seat=2)], samples=BLIND)
    assert reviewing.visible(differ, person="per_4") == list(differ.said), "who decides between two hears both"


def test_a_correction_counts_as_a_new_turn_at_the_same_stage() -> None:
    case = replace(
        a_case(), application=an_application(state=State.RETURNED, stage="city", number=1, submitted_at=OPEN)
    )
    back = reviewing.corrected(case, state=State.RETURNED)
    assert (back.state, back.stage, back.turn, back.number) == (State.IN_REVIEW, "city", 2, 1)
    with pytest.raises(Refusal, match=r"application\.not_returned"):
        reviewing.corrected(case, state=State.REJECTED)


def test_a_day_of_a_year_without_calendar_is_not_guessed() -> None:
    unknown = WorkingDays.of([{"year": 2019, "off": [], "worked": []}])
    with pytest.raises(Refusal, match=r"round\.calendar_not_loaded"):
        reviewing.entered(replace(a_case(), calendar=unknown))


def test_a_scheme_that_asks_nothing_has_no_review() -> None:
    with pytest.raises(ValueError, match="reviews no applications"):
        _ = replace(a_case(), scheme=SCHEME).asks
