"""A person may overlook a name or a lost reference, never an amount, a side, a state or a year."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.standards import references
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.reconciliation.domain.line import Doubt, How, Match, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.resolving import Meant, Resolution, resolve
from tests.voucher.reconciliation.samples import PAYEE, funding, line, payout

DAY = date(2020, 11, 3)
MAKER, CHECKER = "per_maker", "per_checker"
OURS, OTHER = references.of_payout(1, 1), references.of_payout(1, 2)


def doubtful(amount: int = -10_000, **changes: Any) -> StatementLine:
    return line(amount, **{"state": StatementLineState.EXCEPTION, "exception": Doubt.PAYEE_DIFFERS, **changes})


def said(kind: MatchKind, id: UUID | None = None, by: str = CHECKER) -> Resolution:
    return Resolution(kind, id, by)


def told(of: StatementLine, what: Resolution, meant: Meant) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as refused:
        resolve(of, what, meant)
    return [(reason.code, reason.rule) for reason in refused.value.reasons]


@pytest.mark.parametrize("words", [{"text": OURS}, {"text": f"{OURS} {OTHER}"}, {"counterparty_name": PAYEE}])
def test_a_debit_may_be_a_payout_by_reference_or_by_payee(words: dict[str, Any]) -> None:
    sent = payout(OURS)
    debit = doubtful(**{"counterparty_name": "x", **words})
    found = resolve(debit, said(MatchKind.PAYOUT, sent.id), Meant(payout=sent, acted=frozenset({MAKER})))
    assert found.meaning == Match(MatchKind.PAYOUT, sent.id, How.BY_HAND)
    assert found.payout == sent.settled(DAY)


def test_a_credit_may_be_a_return_or_a_funding() -> None:
    paid, asked = payout(state=PayoutState.SETTLED, settled_on=DAY), funding(amount=10_000)
    back = resolve(doubtful(10_000), said(MatchKind.RETURN, paid.id), Meant(payout=paid, acted=frozenset({MAKER})))
    came = resolve(doubtful(10_000), said(MatchKind.FUNDING, asked.id), Meant(funding=asked, acted=frozenset({MAKER})))
    assert (back.payout, came.funding) == (paid.returned(DAY), asked.received(DAY))


@pytest.mark.parametrize(("amount", "kind"), [(-300, "charge"), (-300, "not_ours"), (300, "not_ours")])
def test_a_charge_leaves_and_what_is_not_ours_goes_either_way(amount: int, kind: str) -> None:
    assert resolve(doubtful(amount), said(MatchKind(kind)), Meant()).meaning == Match(
        MatchKind(kind), None, How.BY_HAND
    )


@pytest.mark.parametrize(("amount", "kind"), [(300, "charge"), (300, "payout"), (-300, "return"), (-300, "funding")])
def test_nothing_is_on_the_other_side_of_the_account(amount: int, kind: str) -> None:
    assert told(doubtful(amount), said(MatchKind(kind)), Meant()) == [("statement_line.side", None)]


@pytest.mark.parametrize(
    "state", [StatementLineState.IMPORTED, StatementLineState.MATCHED, StatementLineState.NOT_OURS]
)
def test_only_an_exception_is_resolved(state: StatementLineState) -> None:
    refused = told(line(state=state), said(MatchKind.CHARGE), Meant())
    assert refused == [("statement_line.state", "statement_line.states")]


def test_who_had_a_hand_in_it_says_nothing_of_its_lines_and_all_else_is_told_with_it() -> None:
    sent = payout(amount=9_999)
    refused = told(doubtful(), said(MatchKind.PAYOUT, sent.id, by=MAKER), Meant(payout=sent, acted=frozenset({MAKER})))
    assert refused == [("statement_line.same_person", "four_eyes"), ("statement_line.amount_differs", "amount_differs")]


def test_the_figures_are_told() -> None:
    sent = payout(amount=9_999)
    with pytest.raises(Refusal) as refused:
        resolve(doubtful(), said(MatchKind.PAYOUT, sent.id), Meant(payout=sent))
    numbers = refused.value.reasons[0].numbers
    assert numbers == {"doubt": "amount_differs", "state": "sent", "amount": "99.99", "line_amount": "100.00"}


def test_a_return_of_another_year_is_not_taken_as_one_of_this() -> None:
    paid = payout(state=PayoutState.SETTLED, settled_on=date(2019, 12, 30))
    refused = told(doubtful(10_000), said(MatchKind.RETURN, paid.id), Meant(payout=paid))
    assert refused == [("statement_line.other_year", "return_of_another_year")]


def test_a_payout_is_settled_once() -> None:
    paid = payout(state=PayoutState.SETTLED, settled_on=DAY)
    refused = told(doubtful(), said(MatchKind.PAYOUT, paid.id), Meant(payout=paid))
    assert refused == [("statement_line.other_state", "already_settled")]


@pytest.mark.parametrize("kind", [MatchKind.PAYOUT, MatchKind.RETURN])
def test_what_a_line_says_is_not_contradicted(kind: MatchKind) -> None:
    amount, state = (-10_000, PayoutState.SENT) if kind is MatchKind.PAYOUT else (10_000, PayoutState.SETTLED)
    meant = payout(OURS, state=state, settled_on=DAY if state is PayoutState.SETTLED else None)
    other, stranger = doubtful(amount, text=OTHER), doubtful(amount, counterparty_name="x")
    assert told(other, said(kind, meant.id), Meant(payout=meant)) == [
        ("statement_line.names_another", "line_not_contradicted")
    ]
    assert told(stranger, said(kind, meant.id), Meant(payout=meant)) == [
        ("statement_line.names_neither", "line_not_contradicted")
    ]


def test_what_names_a_payout_is_no_funding() -> None:
    asked = funding(amount=10_000)
    refused = told(doubtful(10_000, text=OURS), said(MatchKind.FUNDING, asked.id), Meant(funding=asked))
    assert refused == [("statement_line.names_another", "line_not_contradicted")]
