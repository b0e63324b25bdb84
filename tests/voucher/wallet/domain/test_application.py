"""An application takes only the steps of its life cycle, and time ends its waiting."""

from datetime import date
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.voucher.directory.domain.party import Associate, Span
from services.voucher.wallet.domain.application import behind
from services.voucher.wallet.domain.queue import Standing
from services.voucher.wallet.domain.states import ApplicationState
from tests.voucher.redemption.samples import a_holder
from tests.voucher.wallet.samples import CLOSED, FINISHED, OPEN, an_application

State = ApplicationState
WAITING = {State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.REVIEWED, State.APPROVED, State.WAITLISTED}


def test_a_draft_is_submitted_with_class_and_number() -> None:
    draft = an_application()
    draft.may_submit()
    submitted = draft.submitted(Standing("priority", 0), facts={}, number=7, window_turn=2, at=OPEN)
    assert (submitted.state, submitted.number, submitted.queue_class) == (State.SUBMITTED, 7, "priority")


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_only_a_draft_is_submitted(state: ApplicationState) -> None:
    with pytest.raises(Refusal, match=r"application\.not_draft"):
        an_application(state=state).may_submit()


@pytest.mark.parametrize("state", State)
def test_an_application_is_withdrawn_until_something_is_decided_on_it(state: ApplicationState) -> None:
    application = an_application(state=state)
    if state in WAITING | {State.DRAFT}:
        assert application.withdrawn(at=OPEN).state is State.WITHDRAWN
    else:
        with pytest.raises(Refusal, match=r"application\.state"):
            application.withdrawn(at=OPEN)


def test_ranking_approves_unless_something_speaks_against_it() -> None:
    assert an_application().ranked(3, [], at=CLOSED).state is State.APPROVED
    rejected = an_application().ranked(3, [Reason("application.sanctioned")], at=CLOSED)
    assert (rejected.state, rejected.rank, len(rejected.reasons)) == (State.REJECTED, 3, 1)


def test_the_allocation_issues_or_leaves_waiting() -> None:
    assert an_application(state=State.APPROVED).decided(State.WAITLISTED, at=CLOSED).state is State.WAITLISTED


def test_a_cap_that_leaves_nothing_rejects_with_its_reasons() -> None:
    assert an_application().rejected([Reason("application.cap_used")], at=CLOSED).state is State.REJECTED


def test_the_end_of_the_allocation_leaves_who_waits_unserved_and_drafts_withdrawn() -> None:
    ends = {state: an_application(state=state).finished(at=FINISHED).state for state in State}
    assert {state for state, after in ends.items() if after is not state} == WAITING | {State.DRAFT}
    assert ends[State.WAITLISTED] is State.UNSERVED
    assert ends[State.DRAFT] is State.WITHDRAWN


def test_the_state_shown_does_not_wait_for_the_timer() -> None:
    waiting = an_application(state=State.WAITLISTED)
    assert waiting.state_at(CLOSED, allocation_ends=FINISHED) is State.WAITLISTED
    assert waiting.state_at(FINISHED, allocation_ends=FINISHED) is State.UNSERVED


def test_who_is_behind_a_party_is_kept_by_reference_as_of_a_day() -> None:
    began = date(2020, 3, 1)
    party = a_holder(people=(Associate(UUID(int=2), Span(began)), Associate(UUID(int=1), Span(began))))
    assert behind(party, began) == (f"per_{1:032x}", f"per_{2:032x}")
    assert behind(party, date(2020, 2, 29)) is None
