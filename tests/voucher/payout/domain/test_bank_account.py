"""A payee's account cools, is confirmed by another person, and then replaces the one before."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays
from services.voucher.payout.domain import bank_account
from services.voucher.payout.domain.bank_account import AccountState, BankAccount
from services.voucher.payout.domain.particulars import Particulars
from tests.voucher.payout.samples import code_of
from tests.voucher.payout.steps import BANK_CODE, CHECKER, NOW, an_account
from tests.voucher.redemption.samples import a_payee

CALENDAR = WorkingDays(frozenset({date(2020, 9, 23)}), frozenset(), frozenset({2020}))


def asked(**changes: Any) -> Particulars:
    words = {"name": "检测所", "number": "2012002109024512345", "bank_code": BANK_CODE, "bank_name": "工行"}
    return Particulars(**{**words, **changes})


def faults(*others: BankAccount, party: Any = "known", **changes: Any) -> list[tuple[str, str | None]]:
    """The code and the place of everything that is wrong with an account."""
    known = a_payee() if party == "known" else party
    with pytest.raises(Refusal) as refused:
        bank_account.checked(asked(**changes), party=known, others=others)
    return [(reason.code, reason.pointer) for reason in refused.value.reasons]


def test_numbers_are_kept_as_plain_digits_however_they_were_written() -> None:
    kept = bank_account.checked(asked(number="２０１２ 0021-0902"), party=a_payee(), others=())
    assert kept == asked(number="201200210902")


def test_everything_that_is_wrong_is_told_at_once() -> None:
    waiting = an_account(state=AccountState.CONFIRMED)
    assert faults(waiting, name="检测", number="12x", bank_code="123") == [
        ("account.number", "/number"),
        ("account.bank_code", "/bank_code"),
        ("bank_account.name_differs", "/name"),
        ("bank_account.pending", None),
    ]


@pytest.mark.parametrize("number", ["1234567", "1" * 33, "12345678x", ""])
def test_a_number_has_eight_to_thirty_two_digits(number: str) -> None:
    assert faults(number=number) == [("account.number", "/number")]


@pytest.mark.parametrize("bank_name", ["=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "＝1"])
def test_no_name_is_calculated_by_a_spreadsheet(bank_name: str) -> None:
    assert faults(bank_name=bank_name) == [("account.formula", "/bank_name")]


@pytest.mark.parametrize("number", ["1" * 8, "1" * 32])
def test_the_shortest_and_the_longest_number_are_taken(number: str) -> None:
    assert bank_account.checked(asked(number=number), party=a_payee(), others=()).number == number


def test_a_payee_that_was_never_heard_of_has_no_account() -> None:
    assert faults(party=None) == [("bank_account.payee_unknown", None)]


def test_cooling_takes_five_working_days_and_ends_with_the_local_day() -> None:
    monday = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
    until, ends = bank_account.cools_until(monday, CALENDAR)
    assert (until, ends) == (date(2020, 9, 29), datetime(2020, 9, 29, 16, 0, tzinfo=UTC))


def test_cooling_is_never_guessed_into_a_year_that_is_not_loaded() -> None:
    assert (
        code_of(lambda: bank_account.cools_until(datetime(2020, 12, 30, tzinfo=UTC), CALENDAR)) == "calendar.not_loaded"
    )


def test_confirmed_while_it_cools_it_waits_and_confirmed_late_it_is_active() -> None:
    cooling = an_account(state=AccountState.COOLING)
    early = bank_account.confirm(cooling, by=CHECKER, at=cooling.cooling_ends - timedelta(microseconds=1))
    late = bank_account.confirm(cooling, by=CHECKER, at=cooling.cooling_ends)
    assert (early.state, early.active_at) == (AccountState.CONFIRMED, None)
    assert (late.state, late.active_at) == (AccountState.ACTIVE, cooling.cooling_ends)


DECIDE: list[Callable[[BankAccount, str], BankAccount]] = [
    lambda one, by: bank_account.confirm(one, by=by, at=NOW),
    lambda one, by: bank_account.reject(one, by=by, at=NOW, reason="no"),
]


@pytest.mark.parametrize("decide", DECIDE)
def test_who_submitted_an_account_does_not_decide_on_it(decide: Callable[[BankAccount, str], BankAccount]) -> None:
    cooling = an_account(state=AccountState.COOLING)
    assert code_of(lambda: decide(cooling, cooling.submitted_by)) == "bank_account.same_person"


@pytest.mark.parametrize("state", [state for state in AccountState if state is not AccountState.COOLING])
@pytest.mark.parametrize("decide", DECIDE)
def test_an_account_is_decided_once(decide: Callable[[BankAccount, str], BankAccount], state: AccountState) -> None:
    assert code_of(lambda: decide(an_account(state=state), CHECKER)) == "bank_account.state"


def test_a_rejection_says_why() -> None:
    rejected = bank_account.reject(an_account(state=AccountState.COOLING), by=CHECKER, at=NOW, reason="no such number")
    assert (rejected.state, rejected.reason, rejected.decided_by) == (
        AccountState.REJECTED,
        "no such number",
        CHECKER,
    )


def test_the_new_account_replaces_the_active_one_at_the_same_instant() -> None:
    former, old = an_account(), an_account(state=AccountState.RETIRED)
    new = bank_account.activated(an_account(state=AccountState.CONFIRMED), at=NOW)
    (gone,) = bank_account.retired([old, former, new], by=new)
    assert (gone.id, gone.state, gone.retired_at) == (former.id, AccountState.RETIRED, NOW)
