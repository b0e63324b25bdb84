"""A notice pauses, resumes, prolongs or repeats a window where that makes sense, and two persons stand behind it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.notice import DECIDE_WITHIN, Ground, Notice, NoticeKind, NoticeState, apply
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import RoundState
from tests.voucher.wallet.samples import CLOSED, FINISHED, OPEN, ROUND, SCHEME, a_round

HOUR = timedelta(hours=1)
RUNNING, DRAFT = (a_round(state=state) for state in (RoundState.RUNNING, RoundState.DRAFT))
PAUSED = a_round(state=RoundState.PAUSED, resumes_to=RoundState.PUBLISHED)


def a_notice(kind: NoticeKind, **dates: Any) -> Notice:
    return Notice(
        id=new_id(),
        round_id=ROUND,
        kind=kind,
        document="1",
        text_zh="维护",
        text_en="Maintenance.",
        proposed_by="per_1",
        proposed_at=OPEN,
        **dates,
    )


def applied(of: Round, kind: NoticeKind, at: Any = OPEN, **dates: Any) -> Round:
    return apply(a_notice(kind, **dates), of, Ground(), zone=SCHEME.zone, at=at)


def refused(of: Round, kind: NoticeKind, at: Any = OPEN, **dates: Any) -> list[str]:
    with pytest.raises(Refusal) as found:
        applied(of, kind, at, **dates)
    return [reason.code for reason in found.value.reasons]


@pytest.mark.parametrize("of", [a_round(), RUNNING])
def test_a_paused_round_goes_back_to_where_it_was(of: Round) -> None:
    paused = applied(of, NoticeKind.PAUSE)
    assert (paused.state, paused.resumes_to) == (RoundState.PAUSED, of.state)
    assert applied(paused, NoticeKind.RESUME) == of


def test_what_does_not_fit_the_state_is_refused() -> None:
    window = {"opens_at": CLOSED + HOUR, "closes_at": CLOSED + 2 * HOUR}
    assert refused(PAUSED, NoticeKind.PAUSE) == ["notice.not_now"]
    assert refused(a_round(), NoticeKind.RESUME) == ["notice.not_now"]
    assert refused(DRAFT, NoticeKind.EXTEND, allocate_until=date(2020, 11, 2)) == ["notice.not_now"]
    assert refused(RUNNING, NoticeKind.EXTEND, closes_at=CLOSED + HOUR) == ["notice.not_now"]
    assert refused(a_round(), NoticeKind.REPEAT, **window) == ["notice.not_now"]
    assert refused(a_round(), NoticeKind.PAUSE, FINISHED) == ["round.finished"]


def test_a_paused_window_may_be_prolonged_before_it_goes_on() -> None:
    assert applied(PAUSED, NoticeKind.EXTEND, closes_at=CLOSED + HOUR).closes_at == CLOSED + HOUR


def test_the_end_of_the_allocation_may_be_moved_while_it_runs() -> None:
    moved = applied(RUNNING, NoticeKind.EXTEND, CLOSED, allocate_until=date(2020, 11, 2))
    assert (moved.state, moved.allocate_until) == (RoundState.RUNNING, date(2020, 11, 2))
    assert moved.allocate_until_ends - RUNNING.allocate_until_ends == timedelta(days=3)


@pytest.mark.parametrize("of", [a_round(), RUNNING])
def test_a_second_window_opens_the_round_again(of: Round) -> None:
    window = {"opens_at": CLOSED + HOUR, "closes_at": CLOSED + 2 * HOUR}
    repeated = applied(of, NoticeKind.REPEAT, CLOSED, **window)
    assert (repeated.state, repeated.opens_at, repeated.closes_at) == (RoundState.PUBLISHED, *window.values())


def test_all_that_is_wrong_with_dates_is_said_at_once() -> None:
    told = refused(a_round(), NoticeKind.EXTEND, closes_at=OPEN, allocate_until=date(2021, 1, 4))
    assert told == ["notice.past", "notice.not_later", "notice.order", "notice.other_year"]
    assert refused(a_round(), NoticeKind.EXTEND, closes_at=FINISHED + HOUR) == ["notice.order"]


def test_another_person_decides_once() -> None:
    notice = a_notice(NoticeKind.PAUSE)
    published = notice.decided(NoticeState.PUBLISHED, by="per_2", at=OPEN)
    assert (published.state, published.decided_by, notice.decide_by) == (
        NoticeState.PUBLISHED,
        "per_2",
        OPEN + DECIDE_WITHIN,
    )
    for of, by, code in ((notice, "per_1", "notice.same_person"), (published, "per_2", "notice.state")):
        with pytest.raises(Refusal) as found:
            of.decided(NoticeState.PUBLISHED, by=by, at=OPEN)
        assert found.value.code == code


def test_who_comes_too_early_is_told_the_words_of_the_notice() -> None:
    reason = replace(a_notice(NoticeKind.PAUSE), document="〔2020〕70号").reason()
    assert (reason.code, reason.clause, reason.numbers["text_zh"]) == ("round.paused", "〔2020〕70号", "维护")


def test_a_window_comes_again_before_anybody_is_drawn_or_ranked_or_once_all_are() -> None:
    notice = a_notice(NoticeKind.REPEAT, opens_at=CLOSED + HOUR, closes_at=CLOSED + 2 * HOUR)
    again = apply(notice, RUNNING, Ground(under_way=True), zone=SCHEME.zone, at=CLOSED)
    assert (again.state, again.window_turn) == (RoundState.PUBLISHED, 2)
    with pytest.raises(Refusal) as found:
        apply(notice, a_round(), Ground(under_way=True), zone=SCHEME.zone, at=CLOSED)
    assert found.value.code == "notice.ranking"


@pytest.mark.parametrize("of", [a_round(), RUNNING, PAUSED])
def test_a_round_that_issued_nothing_is_cancelled_and_takes_no_notice_any_more(of: Round) -> None:
    cancelled = applied(of, NoticeKind.CANCEL)
    assert (cancelled.state, cancelled.resumes_to) == (RoundState.CANCELLED, None)
    assert refused(cancelled, NoticeKind.PAUSE) == ["round.was_cancelled"]
    with pytest.raises(Refusal) as found:
        apply(a_notice(NoticeKind.CANCEL), of, Ground(issued=True), zone=SCHEME.zone, at=OPEN)
    assert found.value.code == "notice.not_now"


def test_who_applied_is_told_the_words_with_which_the_round_was_cancelled() -> None:
    reason = replace(a_notice(NoticeKind.CANCEL), document="〔2020〕71号").reason()
    assert (reason.code, reason.clause) == ("round.cancelled", "〔2020〕71号")
