"""Every state that is not final has an owner or a timer."""

import re

from services.voucher.wallet.domain.states import (
    APPLICATION_AWAITS,
    CORRECT,
    INSPECT,
    ISSUE,
    LIST,
    LIST_AWAITS,
    LIVE,
    PROMISE,
    PUBLISH,
    RANK,
    REVIEW,
    ROUND_AWAITS,
    SAMPLE,
    SECOND_SAMPLE,
    ApplicationState,
    ListState,
    RoundState,
    rankable,
)
from tests.voucher.scheme.samples import a_scheme
from tests.voucher.wallet.reviewing import a_reviewing_scheme

FINAL = {
    ApplicationState.ISSUED,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
    ApplicationState.UNSERVED,
}


def test_every_state_is_final_or_awaited_and_none_is_both() -> None:
    assert set(RoundState) - ROUND_AWAITS.keys() == {RoundState.SETTLED, RoundState.CANCELLED}
    assert set(ApplicationState) - APPLICATION_AWAITS.keys() == FINAL
    assert set(ListState) - LIST_AWAITS.keys() == {ListState.DONE}


def test_a_party_has_a_live_application_until_it_is_turned_down() -> None:
    assert set(ApplicationState) - LIVE == FINAL - {ApplicationState.ISSUED}


def test_the_tasks_that_states_await_are_those_that_are_opened() -> None:
    said = " ".join([*ROUND_AWAITS.values(), *APPLICATION_AWAITS.values(), *LIST_AWAITS.values()])
    assert set(re.findall(r"task ([\w.]+)", said)) >= {
        PUBLISH,
        PROMISE,
        RANK,
        ISSUE,
        LIST,
        PROMISE,
        SAMPLE,
        SECOND_SAMPLE,
        REVIEW,
        CORRECT,
        INSPECT,
    }


def test_what_was_submitted_is_ranked_and_where_the_scheme_reviews_what_was_reviewed() -> None:
    assert rankable(a_scheme()) == {ApplicationState.SUBMITTED}
    assert rankable(a_reviewing_scheme()) == {ApplicationState.REVIEWED}
    assert rankable(a_reviewing_scheme(review=[], audit_sample="0.05")) == {ApplicationState.REVIEWED}
    assert rankable(a_reviewing_scheme(review=[])) == {ApplicationState.SUBMITTED}
