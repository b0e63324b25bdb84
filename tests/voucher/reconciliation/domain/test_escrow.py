"""A line that names a deposit is it, of whatever amount; one that names a refund is it, to the fen."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.standards import references
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.refund import Refund, RefundState
from services.voucher.reconciliation.domain.escrow import OfHolder
from services.voucher.reconciliation.domain.line import Doubt, How, Match, MatchKind, StatementLineState
from services.voucher.reconciliation.domain.matching import understand
from services.voucher.reconciliation.domain.resolving import Meant, Resolution, resolve
from tests.voucher.reconciliation.samples import line

AT = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
FIRM, OTHER = "江门一号公司", "别家公司"
IDS = ("id", "redemption_id", "holder_id", "payer_account_id", "budget_line_id")
OF_BOTH: dict[str, Any] = {"treasury": "jiangmen", "funding_source": "江门市财政局", "currency": "CNY"}


def a_deposit(**changes: Any) -> Deposit:
    fields: dict[str, Any] = {
        **{name: new_id() for name in (*IDS, "payee_id")},
        **OF_BOTH,
        "payer_name": FIRM,
        "reference": references.of_deposit(7),
        "asked": 500,
        "announced_by": "per_holder",
        "announced_at": AT,
    }
    return Deposit(**{**fields, **changes})


def a_refund(**changes: Any) -> Refund:
    fields: dict[str, Any] = {
        **{name: new_id() for name in (*IDS, "deposit_id", "bank_account_id")},
        **OF_BOTH,
        "payee_name": FIRM,
        "account_number": "6222",
        "bank_code": "1",
        "bank_name": "中行",
        "amount": 500,
        "reference": references.of_refund(7),
        "cause": "It came to less.",
        "proposed_by": "per_maker",
        "proposed_at": AT,
        "state": RefundState.APPROVED,
    }
    return Refund(**{**fields, **changes})


def meaning(amount: int, one: OfHolder, name: str = FIRM) -> Match | Doubt:
    told = line(amount, text=one.reference, counterparty_name=name)
    (found,) = understand([told], payouts=[], fundings=[], held=[one])
    return found.meaning


@pytest.mark.parametrize("amount", [1, 500, 900])
def test_a_credit_that_names_a_deposit_is_it_whatever_came_in(amount: int) -> None:
    deposit = a_deposit()
    assert meaning(amount, deposit) == Match(MatchKind.DEPOSIT, deposit.id, How.REFERENCE)


@pytest.mark.parametrize(
    ("amount", "one", "name", "doubt"),
    [
        (-500, a_deposit(), FIRM, Doubt.UNKNOWN_DEBIT),
        (500, a_deposit(state=DepositState.RECEIVED), FIRM, Doubt.ALREADY_RECEIVED),
        (500, a_deposit(), OTHER, Doubt.PAYEE_DIFFERS),
        (500, a_refund(), FIRM, Doubt.UNKNOWN_CREDIT),
        (-500, a_refund(state=RefundState.SETTLED), FIRM, Doubt.ALREADY_SETTLED),
        (-500, a_refund(state=RefundState.PROPOSED), FIRM, Doubt.NOT_APPROVED),
        (-499, a_refund(), FIRM, Doubt.AMOUNT_DIFFERS),
        (-500, a_refund(), OTHER, Doubt.PAYEE_DIFFERS),
    ],
)
def test_what_does_not_fit_waits_for_a_person(amount: int, one: OfHolder, name: str, doubt: Doubt) -> None:
    assert meaning(amount, one, name) is doubt


def test_of_a_natural_person_no_name_is_known_and_none_is_compared() -> None:
    deposit = a_deposit(payer_name="")
    assert meaning(500, deposit, OTHER) == Match(MatchKind.DEPOSIT, deposit.id, How.REFERENCE)


def test_a_second_line_of_one_file_finds_the_deposit_received() -> None:
    deposit = a_deposit()
    told = [line(amount, text=deposit.reference, counterparty_name=FIRM) for amount in (300, 200)]
    first, second = understand(told, payouts=[], fundings=[], held=[deposit])
    assert isinstance(first.meaning, Match)
    assert second.meaning is Doubt.ALREADY_RECEIVED


def resolved(amount: int, one: OfHolder, slips: frozenset[str] = frozenset(), **told: str) -> Match | Doubt:
    waiting = line(amount, state=StatementLineState.EXCEPTION, journal_id=new_id(), **told)
    kind = MatchKind.DEPOSIT if isinstance(one, Deposit) else MatchKind.REFUND
    return resolve(waiting, Resolution(kind, one.id, "per_third"), Meant(held=one, slips=slips)).meaning


def test_a_person_knows_it_by_its_payer_where_the_reference_is_lost() -> None:
    deposit = a_deposit()
    assert resolved(500, deposit, counterparty_name=FIRM) == Match(MatchKind.DEPOSIT, deposit.id, How.BY_HAND)


@pytest.mark.parametrize(
    ("amount", "one", "name", "code"),
    [
        (500, a_deposit(), OTHER, "statement_line.names_neither"),
        (-400, a_refund(), FIRM, "statement_line.amount_differs"),
        (-500, a_deposit(), FIRM, "statement_line.side"),
        (500, a_refund(), FIRM, "statement_line.side"),
        (500, a_deposit(state=DepositState.RECEIVED), FIRM, "statement_line.other_state"),
    ],
)
def test_a_person_contradicts_neither_figures_nor_words(amount: int, one: OfHolder, name: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        resolved(amount, one, counterparty_name=name)


def test_the_rest_may_be_paid_under_the_slip_of_the_first() -> None:
    first, second = a_deposit(), a_deposit(reference=references.of_deposit(8))
    slips = frozenset({first.reference, second.reference})
    assert resolved(5, second, slips, text=first.reference) == Match(MatchKind.DEPOSIT, second.id, How.BY_HAND)


def test_the_slip_of_another_work_is_not_its() -> None:
    with pytest.raises(Refusal, match=r"statement_line\.names_another"):
        resolved(5, a_deposit(), text=references.of_deposit(9), counterparty_name=FIRM)


def test_a_deposit_remembers_from_whose_account_it_came() -> None:
    told = line(500, text=references.of_deposit(7), counterparty_name="张三", counterparty_account="6222")
    (found,) = understand([told], payouts=[], fundings=[], held=[a_deposit(payer_name="")])
    assert isinstance(found.held, Deposit)
    assert (found.held.from_name, found.held.from_account) == ("张三", "6222")


def test_what_is_over_does_not_begin_again() -> None:
    with pytest.raises(ValueError, match="is received"):
        a_deposit(state=DepositState.RECEIVED).came_in(1, AT.date(), from_name="", from_account="")
    with pytest.raises(ValueError, match="it is not settled"):
        a_refund(state=RefundState.REJECTED).settled(AT.date())
