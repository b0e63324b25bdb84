"""A payer account is funded by two persons, for a line of its treasury, and never above what was appropriated."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.payout.domain import funding as deciding
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from tests.voucher.ledger.samples import a_line, classification
from tests.voucher.payout.samples import PAYER, code_of
from tests.voucher.payout.steps import CHECKER, MAKER, NOW

LINE = a_line(appropriation=1_000)


def a_funding(**changes: Any) -> AccountFunding:
    funding = AccountFunding(
        id=new_id(),
        payer_account_id=PAYER.id,
        budget_line_id=LINE.id,
        treasury=PAYER.treasury,
        reference="F1",
        currency="CNY",
        funding_source="江门市财政局",
        amount=100,
        document="江财拨〔2020〕112号",
        proposed_by=MAKER,
        proposed_at=NOW,
    )
    return replace(funding, **changes)


def propose(funding: AccountFunding, *, line: BudgetLine = LINE) -> AccountFunding:
    return deciding.propose(funding, account=PAYER, line=line)


def of_line(**changes: Any) -> BudgetLine:
    return BudgetLine(LINE.id, classification(**changes), 1_000)


@given(st.integers(1, 2_000), st.integers(0, 1_000))
def test_fundings_never_come_to_more_than_the_appropriation(amount: int, funded: int) -> None:
    code = code_of(lambda: propose(a_funding(amount=amount), line=replace(LINE, funded=funded)))
    assert code == ("funding.above_appropriation" if amount + funded > LINE.appropriation else "done")


def test_the_appropriation_is_asked_again_at_the_approval() -> None:
    with pytest.raises(Refusal) as refused:
        deciding.approve(a_funding(), line=replace(LINE, funded=901), by=CHECKER, at=NOW)
    assert refused.value.reasons[0].numbers == {"appropriation": "10.00", "funded": "9.01", "left": "0.99"}


def test_a_line_keeps_what_was_approved_from_it() -> None:
    approval = deciding.approve(a_funding(), line=replace(LINE, funded=900), by=CHECKER, at=NOW)
    assert approval.line == replace(LINE, funded=1_000)


def test_a_line_funds_accounts_of_its_own_treasury() -> None:
    assert code_of(lambda: propose(a_funding(), line=of_line(treasury="tianshui"))) == "funding.treasury"


@pytest.mark.parametrize(("asked", "of"), [("EUR", "CNY"), ("CNY", "EUR")])
def test_a_line_funds_accounts_in_its_own_currency(asked: str, of: str) -> None:
    assert code_of(lambda: propose(a_funding(currency=asked), line=of_line(currency=of))) == "funding.currency"


DECIDE: list[Callable[[AccountFunding, str], AccountFunding]] = [
    lambda one, by: deciding.approve(one, line=LINE, by=by, at=NOW).funding,
    lambda one, by: deciding.reject(one, by=by, at=NOW, reason="no"),
]


@pytest.mark.parametrize("decide", DECIDE)
def test_another_person_decides(decide: Callable[[AccountFunding, str], AccountFunding]) -> None:
    assert code_of(lambda: decide(a_funding(), MAKER)) == "funding.same_person"


@pytest.mark.parametrize("state", [state for state in FundingState if state is not FundingState.PROPOSED])
@pytest.mark.parametrize("decide", DECIDE)
def test_a_funding_is_decided_once(
    decide: Callable[[AccountFunding, str], AccountFunding], state: FundingState
) -> None:
    assert code_of(lambda: decide(a_funding(state=state), CHECKER)) == "funding.state"


def test_a_decision_names_who_and_when_and_a_rejection_why() -> None:
    approved, rejected = [decide(a_funding(), CHECKER) for decide in DECIDE]
    assert (approved.state, approved.decided_by, approved.decided_at) == (FundingState.APPROVED, CHECKER, NOW)
    assert (rejected.state, rejected.reason) == (FundingState.REJECTED, "no")


@pytest.mark.parametrize("state", FundingState)
def test_only_what_was_approved_is_received(state: FundingState) -> None:
    funding, day = a_funding(state=state), date(2020, 10, 21)
    if state is FundingState.APPROVED:
        assert (funding.received(day).state, funding.received(day).received_on) == (FundingState.RECEIVED, day)
    else:
        with pytest.raises(ValueError, match=f"is {state}"):
            funding.received(day)


def test_its_money_is_its_budget_lines_and_the_accounts_own_belongs_to_none() -> None:
    assert a_funding().funding.line == LINE.id
    assert (PAYER.funding.source, PAYER.funding.line_id) == ("江门市财政局", None)
