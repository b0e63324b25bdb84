"""The chain of a claim line: what each link is held against, and what all of them come to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.oversight.domain.chain import (
    Compared,
    Figures,
    Link,
    LinkState,
    ReconciliationStatus,
    compare,
    overall,
    status,
)

PAID = Figures(
    settlement=1_234_567,
    claimed=617_283,
    stands=617_283,
    delivered=1_234_567,
    invoiced=1_234_567,
    own_share=617_284,
    slips=617_284,
    approved=617_283,
    ended=False,
    owed=617_283,
    sent=617_283,
    at_bank=617_283,
)
IN_REVIEW = replace(PAID, approved=None, owed=0, sent=0, at_bank=0)
REJECTED = replace(PAID, approved=0, ended=True, stands=0, invoiced=0, slips=0, owed=0, sent=0, at_bank=0)
WITHDRAWN = replace(IN_REVIEW, ended=True, invoiced=0, slips=0)


def states(figures: Figures) -> dict[Link, LinkState]:
    return {one.link: one.state for one in compare(figures)}


def status_of(figures: Figures) -> ReconciliationStatus:
    return status(figures, compare(figures))


def test_a_paid_line_is_reconciled_when_every_link_says_the_same() -> None:
    assert set(states(PAID).values()) == {LinkState.OK}
    assert status_of(PAID) is ReconciliationStatus.RECONCILED


def test_a_line_in_review_is_open_and_misses_its_decision_only() -> None:
    assert [link for link, state in states(IN_REVIEW).items() if state is not LinkState.OK] == [Link.DECISION]
    assert status_of(IN_REVIEW) is ReconciliationStatus.OPEN


def test_a_rejected_line_owes_nothing() -> None:
    assert set(states(REJECTED).values()) == {LinkState.OK}
    assert status_of(REJECTED) is ReconciliationStatus.NOTHING_OWED


def test_a_withdrawn_line_leaves_its_capture_as_it_stands() -> None:
    assert set(states(WITHDRAWN).values()) == {LinkState.OK}
    assert status_of(WITHDRAWN) is ReconciliationStatus.NOTHING_OWED


def test_a_debt_on_a_line_that_ended_differs() -> None:
    assert states(replace(REJECTED, owed=1))[Link.DECISION] is LinkState.DIFFERS


def test_a_line_approved_in_part_expects_no_more_than_that() -> None:
    part = replace(PAID, approved=600_000, stands=600_000, owed=600_000, sent=600_000, at_bank=600_000)
    assert status_of(part) is ReconciliationStatus.RECONCILED


def test_a_line_of_the_bank_that_is_in_doubt_keeps_the_chain_from_being_reconciled() -> None:
    doubted = replace(PAID, doubted=True)
    assert states(doubted)[Link.BANK_LINE] is LinkState.DIFFERS
    assert status_of(doubted) is ReconciliationStatus.DIFFERS


def test_a_payout_that_was_sent_and_not_booked_misses_its_bank_line() -> None:
    sent = replace(PAID, at_bank=0)
    assert states(sent)[Link.BANK_LINE] is LinkState.MISSING
    assert status_of(sent) is ReconciliationStatus.OPEN


@pytest.mark.parametrize(
    ("field", "link"),
    [
        ("stands", Link.REDEMPTION),
        ("delivered", Link.DELIVERY),
        ("invoiced", Link.INVOICE),
        ("slips", Link.OWN_SHARE),
        ("approved", Link.DECISION),
        ("owed", Link.DECISION),
        ("sent", Link.PAYOUT),
        ("at_bank", Link.BANK_LINE),
    ],
)
def test_a_fen_less_in_any_figure_is_named_at_its_link(field: str, link: Link) -> None:
    wrong = replace(PAID, **{field: getattr(PAID, field) - 1})
    assert states(wrong)[link] is LinkState.DIFFERS
    assert status_of(wrong) is ReconciliationStatus.DIFFERS


def test_slips_that_show_more_than_the_own_share_differ() -> None:
    assert states(replace(PAID, slips=900_000))[Link.OWN_SHARE] is LinkState.DIFFERS


def test_a_scheme_that_asks_for_no_slips_misses_none() -> None:
    assert states(replace(PAID, own_share=0, slips=0))[Link.OWN_SHARE] is LinkState.OK


def test_something_where_nothing_is_expected_differs() -> None:
    assert Compared(Link.PAYOUT, 0, 1).state is LinkState.DIFFERS


def test_of_several_lines_the_worst_is_told() -> None:
    assert overall([ReconciliationStatus.RECONCILED, ReconciliationStatus.OPEN]) is ReconciliationStatus.OPEN
    assert overall([ReconciliationStatus.OPEN, ReconciliationStatus.DIFFERS]) is ReconciliationStatus.DIFFERS
    paid = [ReconciliationStatus.NOTHING_OWED, ReconciliationStatus.RECONCILED]
    assert overall(paid) is ReconciliationStatus.RECONCILED
    assert overall([ReconciliationStatus.NOTHING_OWED]) is ReconciliationStatus.NOTHING_OWED


FEW = st.integers(0, 2)
"""Few values, so that figures are often the same and often not."""
ANY = st.builds(
    Figures,
    **{name: FEW for name in Figures.__dataclass_fields__ if name not in {"approved", "ended"}},
    approved=st.none() | FEW,
    ended=st.booleans(),
)


@given(ANY)
def test_what_is_reconciled_was_decided_stands_is_owed_and_left_the_bank(figures: Figures) -> None:
    if status_of(figures) is ReconciliationStatus.RECONCILED:
        assert not figures.ended
        due = figures.claimed if figures.approved is None else figures.approved
        assert due == figures.stands == figures.owed == figures.sent == figures.at_bank > 0
        assert (figures.invoiced, figures.slips) == (figures.settlement, figures.own_share)


@given(ANY)
def test_money_that_left_the_bank_for_nothing_owed_is_never_passed_over(figures: Figures) -> None:
    if figures.at_bank > figures.owed:
        assert status_of(figures) is ReconciliationStatus.DIFFERS


@given(st.lists(ANY.map(status_of), min_size=1))
def test_a_claim_is_no_better_than_its_worst_line(lines: list[ReconciliationStatus]) -> None:
    worst_first = ["differs", "open", "reconciled", "nothing_owed"]
    assert overall(lines) == min(lines, key=worst_first.index)
