"""A budget line bears what is free in it, and two persons stand behind each change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal
from services.standards.money import LARGEST, format_amount
from services.voucher.ledger.domain import budget
from services.voucher.ledger.domain.budget import BudgetLine, ChangeKind, ChangeState
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.posting import Entry, Funding, Posting
from tests.voucher.ledger.samples import AT, CHECKER, MAKER, ROUND, a_change, a_line, of_round

FULL = {"appropriation": 1000, "free": 600, "granted": 100}


@contextmanager
def refused(code: str, rule: str | None = None, pointer: str | None = None, **numbers: str) -> Iterator[None]:
    """A refusal for exactly this reason."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.reasons == (Reason(code, rule, pointer, numbers),)


def figures(line: BudgetLine, missing: str) -> dict[str, str]:
    """What a line's refusals tell."""
    amounts = {"free": line.free, "appropriation": line.appropriation, "largest": LARGEST}
    return {"missing": missing} | {name: format_amount(amount) for name, amount in amounts.items()}


@pytest.mark.parametrize(
    ("kind", "appropriation", "free"),
    [
        (ChangeKind.ALLOT, 1100, 700),
        (ChangeKind.CUT, 900, 500),
        (ChangeKind.FUND_ROUND, 1000, 500),
        (ChangeKind.RETURN_FROM_ROUND, 1000, 700),
    ],
)
def test_an_approval_changes_the_line_and_books_its_row(kind: ChangeKind, appropriation: int, free: int) -> None:
    line = replace(a_line(**FULL), rounds={ROUND: 300})
    change = of_round(line, kind) if kind in budget.OF_ROUND else a_change(line, kind)
    approval = budget.approve(change, line=line, by=CHECKER, at=AT)
    rounds = {ROUND: {ChangeKind.FUND_ROUND: 400, ChangeKind.RETURN_FROM_ROUND: 200}.get(kind, 300)}
    assert approval.line == replace(line, appropriation=appropriation, free=free, rounds=rounds)
    assert approval.posting.row == (2 if kind in budget.OF_ROUND else 1)
    assert (approval.change.state, approval.change.decided_by, approval.change.settled_at) == (
        ChangeState.APPROVED,
        CHECKER,
        AT,
    )


def test_what_a_line_gave_to_rounds_is_what_it_has_neither_free_nor_granted() -> None:
    assert a_line(**FULL).in_rounds == 300


def test_a_line_names_its_money_on_the_way_to_a_round() -> None:
    line, round_id = a_line(), new_id()
    assert line.funding(round_id) == Funding("CNY", "funding_source", round_id, line.id)


@pytest.mark.parametrize("kind", [ChangeKind.CUT, ChangeKind.FUND_ROUND])
def test_more_than_is_free_is_refused_with_what_is_missing(kind: ChangeKind) -> None:
    line = a_line(**FULL)
    change = of_round(line, kind, 601) if kind in budget.OF_ROUND else a_change(line, kind, 601)
    with refused("budget_line.insufficient", "guarded_place", **figures(line, "0.01")):
        budget.propose(change, line=line)


def test_a_round_gives_back_what_the_line_gave_it_and_not_a_fen_of_another_line() -> None:
    line = replace(a_line(**FULL), rounds={ROUND: 99, new_id(): 201})
    with refused("budget_line.not_given", "guarded_place", **figures(line, "0.01")):
        budget.propose(of_round(line, ChangeKind.RETURN_FROM_ROUND, 100), line=line)
    budget.propose(of_round(line, ChangeKind.RETURN_FROM_ROUND, 99), line=line)


def test_what_another_line_gives_to_a_round_is_not_this_lines() -> None:
    line, other = a_line(**FULL), a_line(**FULL)
    given = budget.posting_of(of_round(other, ChangeKind.FUND_ROUND), line=other)
    assert line.after(given) == line
    assert other.after(given).rounds == {ROUND: 100}


def granting(line: BudgetLine, amount: int) -> Posting:
    """Row 34, which is not built yet, or its way back: line free → line granted."""
    places = ((PlaceKind.LINE_FREE, -amount), (PlaceKind.LINE_GRANTED, amount))
    return Posting(34, "granted", tuple(Entry(Place(kind, line.id), moved, line.funding()) for kind, moved in places))


def test_what_is_granted_leaves_what_is_free_and_is_guarded_too() -> None:
    line = a_line(**FULL)
    assert line.after(granting(line, 50)) == replace(line, free=550, granted=150)
    with refused("budget_line.insufficient", "guarded_place", **figures(line, "0.01")):
        line.after(granting(line, -101))


def test_exactly_what_is_free_may_be_cut() -> None:
    line = a_line(**FULL)
    assert budget.approve(a_change(line, ChangeKind.CUT, 600), line=line, by=CHECKER, at=AT).line.free == 0


def test_no_cut_goes_below_what_fundings_were_approved_for() -> None:
    line = replace(a_line(**FULL), funded=450)
    assert budget.approve(a_change(line, ChangeKind.CUT, 550), line=line, by=CHECKER, at=AT).line.appropriation == 450
    with refused("budget_line.funded", "funded_within_appropriation", funded="4.50", appropriation="4.49"):
        budget.propose(a_change(line, ChangeKind.CUT, 551), line=line)


def test_a_line_holds_the_largest_amount_and_not_a_fen_more() -> None:
    line = a_line(appropriation=1, free=1)
    change = a_change(line, ChangeKind.ALLOT, LARGEST - 1)
    assert budget.approve(change, line=line, by=CHECKER, at=AT).line.appropriation == LARGEST
    with refused("budget_line.too_large", "largest_amount", **figures(line, "0.00")):
        budget.propose(a_change(line, ChangeKind.ALLOT, LARGEST), line=line)


def test_a_proposal_that_the_line_can_bear_is_accepted_as_it_is() -> None:
    change = a_change(line := a_line())
    assert budget.propose(change, line=line) is change


def test_a_proposal_in_another_currency_is_refused() -> None:
    line = a_line()
    with refused("budget_line.currency", None, "/amount/currency", currency="EUR", line_currency="CNY"):
        budget.propose(a_change(line, currency="EUR"), line=line)


def test_who_proposed_may_neither_approve_nor_reject() -> None:
    change = a_change(line := a_line())
    with refused("budget_change.same_person", "four_eyes"):
        budget.approve(change, line=line, by=MAKER, at=AT)
    with refused("budget_change.same_person", "four_eyes"):
        budget.reject(change, by=MAKER, at=AT, reason="no")


@pytest.mark.parametrize("state", [ChangeState.APPROVED, ChangeState.REJECTED])
def test_what_is_decided_is_not_decided_again(state: ChangeState) -> None:
    change = replace(a_change(line := a_line()), state=state)
    with refused("budget_change.state", "decided_once", state=state.value):
        budget.approve(change, line=line, by=CHECKER, at=AT)


def test_a_rejection_keeps_its_reason() -> None:
    rejected = budget.reject(a_change(a_line()), by=CHECKER, at=AT, reason="wrong paper")
    assert (rejected.state, rejected.reason) == (ChangeState.REJECTED, "wrong paper")
    assert (rejected.decided_by, rejected.settled_at) == (CHECKER, AT)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_a_change_of_a_round_and_no_other_names_round_and_pool(kind: ChangeKind) -> None:
    line = a_line()
    with pytest.raises(ValueError, match="pool class"):
        a_change(line, kind) if kind in budget.OF_ROUND else of_round(line, kind)


def test_a_round_without_a_pool_is_half_a_name() -> None:
    with pytest.raises(ValueError, match="pool class"):
        a_change(a_line(), ChangeKind.FUND_ROUND, round_id=new_id())


def test_a_proposal_is_overdue_after_seven_days_and_has_no_decision() -> None:
    change = a_change(a_line())
    assert change.decide_by == AT + timedelta(days=7)
    with pytest.raises(ValueError, match="not decided"):
        _ = change.settled_at
    with pytest.raises(ValueError, match="not decided"):
        _ = change.settled_by


def test_every_kind_of_change_has_an_event() -> None:
    assert set(budget.EVENT_TYPES) == set(ChangeKind)
