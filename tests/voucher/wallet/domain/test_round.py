"""A round opens and closes by the clock, is ranked once, and allocates until its last date."""

from datetime import datetime, timedelta

import pytest

from services.chassis.refusals import Refusal
from services.voucher.wallet.domain.states import RoundState
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, LINE, OPEN, USE_BY_ENDS, VERSION, a_round

TICK = timedelta(microseconds=1)
RUNNING = a_round(state=RoundState.RUNNING)


def test_the_window_includes_its_first_instant_and_not_its_last() -> None:
    assert [a_round().is_open(at) for at in (OPEN - TICK, OPEN, CLOSED - TICK, CLOSED)] == [False, True, True, False]


def test_a_draft_may_be_made_before_the_window_and_submitted_only_in_it() -> None:
    assert a_round().window_reasons(BEFORE, drafting=True) == []
    assert a_round().window_reasons(OPEN, drafting=False) == []
    assert [reason.code for reason in a_round().window_reasons(BEFORE, drafting=False)] == ["round.opens_later"]


@pytest.mark.parametrize("drafting", [True, False])
def test_after_the_window_neither_is_taken(drafting: bool) -> None:
    assert [reason.code for reason in a_round().window_reasons(CLOSED, drafting=drafting)] == ["round.closed"]
    assert [reason.code for reason in RUNNING.window_reasons(OPEN, drafting=drafting)] == ["round.not_open"]


def test_a_draft_is_published_while_its_window_lies_ahead() -> None:
    assert a_round(state=RoundState.DRAFT).published(at=BEFORE).state is RoundState.PUBLISHED


@pytest.mark.parametrize(
    ("state", "at", "code"),
    [(RoundState.PUBLISHED, BEFORE, "round.not_draft"), (RoundState.DRAFT, CLOSED, "round.window_passed")],
)
def test_nothing_else_is_published(state: RoundState, at: datetime, code: str) -> None:
    with pytest.raises(Refusal, match=code.replace(".", r"\.")):
        a_round(state=state).published(at=at)


def test_a_closed_round_is_ranked() -> None:
    assert a_round().running(at=CLOSED).state is RoundState.RUNNING


def test_a_round_is_not_ranked_while_it_is_open_twice_or_too_late() -> None:
    for of, at, code in (
        (a_round(), CLOSED - TICK, "round.still_open"),
        (RUNNING, CLOSED, "round.not_published"),
        (a_round(), FINISHED, "round.finished"),
    ):
        with pytest.raises(Refusal) as refused:
            of.running(at=at)
        assert refused.value.code == code


def test_vouchers_are_issued_in_a_ranked_round_until_its_last_date() -> None:
    RUNNING.allocating(CLOSED, use_by_ends=USE_BY_ENDS)
    for of, at, code in (
        (a_round(), CLOSED, "round.not_ranked"),
        (RUNNING, FINISHED, "round.finished"),
        (RUNNING, USE_BY_ENDS, "round.use_by_passed"),
    ):
        with pytest.raises(Refusal) as refused:
            of.allocating(at, use_by_ends=USE_BY_ENDS)
        assert refused.value.code == code


def test_past_its_last_date_a_round_is_finished_whether_or_not_the_timer_ran() -> None:
    assert RUNNING.state_at(FINISHED - TICK) is RoundState.RUNNING
    assert RUNNING.state_at(FINISHED) is RoundState.FINISHED
    assert a_round(state=RoundState.DRAFT).state_at(FINISHED) is RoundState.DRAFT


def test_one_line_funds_a_round() -> None:
    unfunded = a_round(budget_line_id=None, funding_source=None)
    funded = unfunded.funded_by(LINE, "江门市财政局", at=BEFORE)
    assert funded.funding.source == "江门市财政局"
    assert funded.funded_by(LINE, "江门市财政局", at=FINISHED - TICK) == funded
    with pytest.raises(Refusal, match=r"round\.second_line"):
        funded.funded_by(VERSION, "另一单位", at=BEFORE)
    for over in (RUNNING, a_round(state=RoundState.DRAFT), a_round(state=RoundState.FINISHED)):
        with pytest.raises(Refusal, match=r"round\.finished"):
            over.funded_by(LINE, "江门市财政局", at=FINISHED)


def test_a_round_without_budget_funds_no_voucher() -> None:
    with pytest.raises(Refusal, match=r"round\.not_funded"):
        _ = a_round(budget_line_id=None, funding_source=None).funding


def test_who_comes_first_is_served_while_the_window_is_open_and_never_ranked() -> None:
    of = a_round(method="first_come")
    of.allocating(OPEN, use_by_ends=USE_BY_ENDS)
    with pytest.raises(Refusal, match=r"round\.first_come"):
        of.require_rankable(at=CLOSED)
    with pytest.raises(Refusal, match=r"round\.not_funded"):
        a_round(method="first_come", state=RoundState.DRAFT, budget_line_id=None, funding_source=None).published(
            at=OPEN
        )


def test_a_paused_round_issues_nothing_and_still_ends() -> None:
    paused = a_round(state=RoundState.PAUSED, resumes_to=RoundState.RUNNING)
    with pytest.raises(Refusal, match=r"round\.is_paused"):
        paused.allocating(CLOSED, use_by_ends=USE_BY_ENDS)
    assert paused.state_at(FINISHED) is RoundState.FINISHED


def test_what_was_issued_beyond_the_budget_is_up_to_until_it_was_cut() -> None:
    over = a_round(prorata_on=FINISHED.date(), prorata_from=FINISHED)
    cut = a_round(prorata_on=FINISHED.date(), prorata_from=FINISHED, prorated_at=FINISHED)
    assert [one.up_to for one in (a_round(), over, cut)] == [False, True, False]
