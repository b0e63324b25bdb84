"""What a change of a budget line leaves behind: a task for a second person, then reasons, an event and a journal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.chassis.ids import new_id
from services.voucher.ledger.domain import budget, settling
from services.voucher.ledger.domain.budget import EVENT_TYPES, ChangeKind
from services.voucher.ledger.domain.settling import Settlement, Waiting
from tests.voucher.ledger.samples import AT, CHECKER, MAKER, ROUND, a_change, a_line, of_round

LATE = AT.replace(hour=17)
"""Past midnight in Jiangmen."""


def settled(kind: ChangeKind) -> Settlement:
    line = replace(a_line(appropriation=300, free=200), rounds={ROUND: 100})
    change = of_round(line, kind) if kind in budget.OF_ROUND else a_change(line, kind)
    approval = budget.approve(change, line=line, by=CHECKER, at=LATE)
    return settling.approved(approval, journal_id=new_id(), request_id="req_1")


def test_a_proposal_waits_a_week_for_a_checker_of_the_lines_treasury() -> None:
    line = a_line()
    proposal = settling.proposal(a_change(line), line=line)
    due = AT + timedelta(days=7)
    assert proposal.waiting == Waiting("budget_change.decide", "finance_checker", "jiangmen", due)
    assert (proposal.told.event, proposal.told.at) == ("budget_change.proposed", AT)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_an_approval_is_told_as_what_it_did_and_booked_on_the_local_day_by_its_person(kind: ChangeKind) -> None:
    settlement = settled(kind)
    assert (settlement.told.event, settlement.told.at) == (EVENT_TYPES[kind], LATE)
    assert (settlement.ruling.kind, settlement.ruling.outcome, settlement.ruling.actor) == (kind, "approved", CHECKER)
    assert settlement.journal is not None
    assert (settlement.journal.booked_at, settlement.journal.value_on) == (LATE, date(2020, 9, 15))
    assert (settlement.journal.subject_id, settlement.journal.actor) == (settlement.change.id, CHECKER)


def test_the_figures_are_those_of_the_line_after_it() -> None:
    assert settled(ChangeKind.ALLOT).ruling.figures == {
        "amount": "1.00",
        "currency": "CNY",
        "document": "江财工〔2020〕58号",
        "appropriation": "4.00",
        "free": "3.00",
        "from": "proposed",
        "proposed_by": MAKER,
        "reason": None,
    }


def test_a_rejection_books_nothing_and_says_why() -> None:
    line = a_line()
    change = budget.reject(a_change(line), by=CHECKER, at=LATE, reason="another project")
    settlement = settling.rejected(change, line=line)
    assert (settlement.line, settlement.journal) == (None, None)
    assert (settlement.told.event, settlement.ruling.outcome) == ("budget_change.rejected", "rejected")
    assert settlement.ruling.figures["reason"] == "another project"
